import GatewayCore

/// The gateway's own conversion, without a network: one provider of each format, all clients, one model that has everything.
struct Probe {
    private let gateway: Gateway
    private let media = NamedMedia()
    private static let model = "omni"

    init() throws {
        var catalog = ProviderCatalog()
        for format in WireFormat.allCases {
            catalog = catalog.adding(
                ProviderKind(key: format.rawValue, make: { _ in SilentProvider(format: format) }))
        }
        let providers = WireFormat.allCases.map {
            ProviderConfiguration(key: $0.rawValue, instances: [InstanceConfiguration(name: $0.rawValue)])
        }
        var services = GatewayServices()
        services.media = media
        var configuration = GatewayConfiguration(providers: providers)
        // What passes the conversion fails, over and over, and that is all right.
        configuration.failover.maxAttempts = 1
        configuration.failover.maxWait = .zero
        configuration.failover.circuit.failures = .max
        gateway = try Gateway(
            configuration: configuration, providers: catalog, transport: SilentTransport(), services: services)
    }

    /// `{"client": FORMAT, "provider": FORMAT, "stream": BOOL, "body": {...}}` gives `body`, `stream` and `notes`, or `error`
    /// where the request is refused; and in `strict` what the policy of that name says: null, or the refusal's message.
    func answer(to line: String) async -> String {
        do {
            return try await answer(JSONValue(parsing: line)).serializedString
        } catch {
            return JSONValue.object(["fault": .string("\(error)")]).serializedString
        }
    }

    private func answer(_ question: JSONValue) async throws -> JSONValue {
        guard let client = question["client"]?.string.flatMap(WireFormat.init),
            let provider = question["provider"]?.string, let body = question["body"],
            let instance = gateway.state.directory.instances(of: provider).first
        else { throw ProbeFault(message: "not a question: \(question.serializedString)") }
        func makeCall() -> InboundCall {
            let call = InboundCall(id: "probe", format: client, body: body.serialized())
            call.pinnedProvider = provider
            if !client.codec.namesModelInBody {
                call.modelInPath = Self.model
                call.streamInPath = question["stream"] == true
            }
            return call
        }
        var answer: JSONObject = ["strict": try await strictRefusal(makeCall())]
        do {
            let call = makeCall()
            let peek = try RequestPeek(call)
            // In the provider's own format, also where it speaks the client's besides.
            let composer = CallComposer(
                route: gateway.state.router.route(Self.model, to: provider), instance: instance,
                speech: instance.speech(for: Self.model, client: nil), media: media)
            let composed = try await composer.compose(call, peek)
            answer.append("body", try JSONValue(parsing: composed.body))
            answer.append("stream", .bool(peek.isStreaming))
            answer.append("notes", .array(composed.notes.map(Self.written)))
        } catch {
            answer.append("error", .string("\((error as? ExchangeFailure)?.failure.message ?? "\(error)")"))
        }
        return .object(answer)
    }

    /// Null where a strict client's request reaches the provider, which then fails.
    private func strictRefusal(_ call: InboundCall) async throws -> JSONValue {
        call.headers.append(ConversionPolicy.headerName, ConversionPolicy.strict.rawValue)
        let reply = await gateway.answer(call)
        guard reply.status == 400, case .bytes(let bytes) = reply.body else { return .null }
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func written(_ note: ConversionNote) -> JSONValue {
        [
            "level": .string(note.level.rawValue), "pointer": .string(note.pointer),
            "action": .string(note.action.rawValue), "message": .string(note.message),
        ]
    }
}

struct ProbeFault: Error {
    var message: String
}

/// A provider that is there to be written for.
private struct SilentProvider: LlmProvider {
    var format: WireFormat

    func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: "https://\(format.rawValue).invalid/", body: call.body)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}

private struct SilentTransport: Transport {
    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        throw .unreachable(detail: "nobody listens")
    }
}

/// Bytes that say which address they are from, in the kind that its ending promises.
private struct NamedMedia: MediaFetcher {
    func fetch(url: String) async throws(MediaFetchError) -> FetchedMedia {
        let isDocument = url.hasSuffix(".pdf")
        let magic: [UInt8] = isDocument ? Array("%PDF-1.4 ".utf8) : [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        return FetchedMedia(bytes: magic + Array(url.utf8), mediaType: isDocument ? "application/pdf" : "image/png")
    }
}
