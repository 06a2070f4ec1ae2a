import GatewayCore
import GatewayStorage
import Glibc
import Synchronization
import Testing

@Suite struct RequestStoreTests {
    private let scratch = Scratch()
    private var path: String { scratch.database }

    private func value(_ sql: String) throws -> String? {
        try SQLiteDatabase.openForReading(path).text(sql)
    }

    @Test func writesEverythingBeforeItCloses() throws {
        let health = RequestStore.fill(path, (0..<2345).map { sampleRecord($0) })
        #expect(health.condition == .closed)
        #expect(health.written == 2345 && health.waiting == 0 && health.lost == 0 && health.failures == 0)
        #expect(try value("SELECT count(DISTINCT request_id) FROM requests") == "2345")
        #expect(try value("SELECT sum(requests) FROM usage_hourly") == "2345")
        #expect(try value("PRAGMA integrity_check") == "ok")
    }

    @Test func addsToWhatIsThere() throws {
        _ = RequestStore.fill(path, [sampleRecord(1)])
        _ = RequestStore.fill(path, [sampleRecord(2), sampleRecord(3)])
        #expect(try value("SELECT count(*) FROM requests") == "3")
        #expect(try value("SELECT requests || '/' || count(*) FROM usage_hourly") == "3/1")
        #expect(try value("SELECT count(stopped_at) FROM gateway_runs") == "2")
    }

    @Test func keepsWhatTheRecordSays() throws {
        var record = sampleRecord()
        record.endpoint = "/v1/chat/completions"
        record.isStreaming = true
        record.outcome = .refused
        record.status = 429
        record.attempts = sampleAttempts(2)
        record.failure = ProviderFailure(kind: .rateLimited, status: 429, message: "slow down")
        record.usage?.cacheWrite1h = 7
        record.cost = RequestCost(input: 131_250_000, output: 1, total: 131_250_001)
        record.notes = [ConversionNote(.dropped, "/seed", "no seed there")]
        record.sessionID = "s1"
        _ = RequestStore.fill(path, [record])
        let expected = """
            2026-11-21|10|team|openai|openai-primary|fast|gpt-4o|/v1/chat/completions|openai|1|0|business_error|429|\
            rateLimited|slow down|2|120|40|132|30|162|12|7|20|10|131250000|1|131250001|s1|1
            """
        #expect(
            try value(
                """
                SELECT concat FROM (SELECT date||'|'||hour||'|'||api_key_name||'|'||provider||'|'||instance||'|'||model||'|'||
                provider_model||'|'||endpoint||'|'||client_format||'|'||is_stream||'|'||is_relayed||'|'||status||'|'||
                http_status||'|'||error_type||'|'||error_message||'|'||attempts||'|'||duration_ms||'|'||ttfb_ms||'|'||
                input_tokens||'|'||output_tokens||'|'||total_tokens||'|'||cache_creation_input_tokens||'|'||
                cache_creation_1h_input_tokens||'|'||cache_read_input_tokens||'|'||reasoning_tokens||'|'||
                input_cost_pico||'|'||output_cost_pico||'|'||total_cost_pico||'|'||session_id||'|'||warning_count
                AS concat FROM requests)
                """) == expected)
        #expect(try value("SELECT json_extract(warnings, '$[0].pointer') FROM requests") == "/seed")
        #expect(try value("SELECT timestamp || ' ' || created_at FROM requests") == "1795257000000 1795257000000")
        #expect(try value("SELECT time FROM requests_usd") == "2026-11-21T10:30:00.000Z")
    }

    @Test func leavesUnknownThingsNull() throws {
        _ = RequestStore.fill(
            path, [RequestRecord(id: "x", startedAt: noon, clientFormat: nil, keyName: nil)])
        let unknown = """
            api_key_name, provider, instance, model, provider_model, endpoint, client_format, error_type, error_message,
            ttfb_ms, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, total_cost_pico, session_id,
            warnings
            """
        #expect(try value("SELECT coalesce(\(unknown), 'unknown') FROM requests") == "unknown")
    }

    @Test func keepsLongTextsAndCredentialsOut() throws {
        var record = sampleRecord()
        record.model = String(repeating: "é", count: 5000)
        record.failure = ProviderFailure(
            kind: .authentication, status: 401,
            message: "Incorrect API key provided: sk-proj-abcdef0123456789. " + String(repeating: "x ", count: 5000))
        record.notes = Array(repeating: ConversionNote(.dropped, "/a", "b"), count: 500)
        _ = RequestStore.fill(path, [record])
        #expect(try value("SELECT length(CAST(model AS BLOB)) FROM requests") == "256")
        let message = try #require(try value("SELECT error_message FROM requests"))
        #expect(message.hasPrefix("Incorrect API key provided: sk-…") && message.utf8.count <= 1000)
        #expect(try value("SELECT json_array_length(warnings) FROM requests") == "50")
    }

    @Test func isForItsOwnerAlone() throws {
        _ = RequestStore.fill(path, [sampleRecord()])
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
        #expect(stat(scratch.folder + "/data", &facts) == 0 && facts.st_mode & 0o777 == 0o700)
    }

    @Test func foldsModelsBeyondACount() throws {
        let records = (0..<2100).map { number in
            var record = sampleRecord(number)
            record.providerModel = "made-up-\(number)"
            return record
        }
        _ = RequestStore.fill(path, records)
        #expect(try value("SELECT count(*) FROM usage_hourly") == "2001")
        #expect(try value("SELECT requests FROM usage_hourly WHERE model = 'other'") == "100")
    }

    @Test func sumsAgreeWithTheRequests() throws {
        var records: [RequestRecord] = []
        for number in 0..<500 {
            var record = sampleRecord(number, startedAt: noon + Double(number) * 60)
            record.outcome = [.success, .refused, .failure, .timeout, .cancelled][number % 5]
            record.providerModel = number % 3 == 0 ? nil : "m\(number % 4)"
            record.usage = number % 7 == 0 ? nil : record.usage
            record.cost = number % 2 == 0 ? RequestCost(total: 10) : nil
            records.append(record)
        }
        _ = RequestStore.fill(path, records)
        #expect(
            try value(
                """
                SELECT count(*) FROM (
                    SELECT hour, api_key_name, provider, model, requests, successes, failures, business_errors, timeouts,
                        cancelled, counted, input_tokens, output_tokens, priced, total_cost_pico, duration_ms
                    FROM usage_hourly EXCEPT
                    SELECT timestamp / 3600000, api_key_name, provider, coalesce(provider_model, model), count(*),
                        sum(status = 'success'), sum(status = 'failure'), sum(status = 'business_error'),
                        sum(status = 'timeout'), sum(status = 'cancelled'), count(input_tokens),
                        sum(coalesce(input_tokens, 0)), sum(coalesce(output_tokens, 0)), count(total_cost_pico),
                        sum(coalesce(total_cost_pico, 0)), sum(duration_ms)
                    FROM requests GROUP BY 1, 2, 3, 4)
                """) == "0")
    }
}
