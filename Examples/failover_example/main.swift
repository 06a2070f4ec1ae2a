// Two instances of a provider and a second provider, some of which fail: who is asked, who answers, and who rests.
//
//     swift run failover_example
//
// It is offline: services inside the program fail on purpose.
import ExampleSupport
import GatewayCore
import GatewayProviders
import Synchronization

let settings = """
    [routing.fallbacks]
    "house/talker" = ["spare/talker"]

    [failover]
    backoff_seconds = 0.05
    max_wait_seconds = 0

    # Of one priority instances share the work; those of a higher number wait until the others fail.
    [[providers.custom]]
    provider_id = "house"
    name = "first"
    base_url = "http://first.example/v1"
    priority = 1
    [[providers.custom]]
    provider_id = "house"
    name = "second"
    base_url = "http://second.example/v1"
    priority = 2
    [[providers.custom]]
    provider_id = "spare"
    name = "spare"
    base_url = "http://spare.example/v1"
    """

/// Which of the services are down, to be changed as the story goes.
let down = Mutex<Set<String>>(["first"])

let services = LocalService { request in
    let host = String(request.url.split(separator: "/")[1].prefix { $0 != "." })
    guard !down.withLock({ $0.contains(host) }) else {
        return LocalService.Answer(status: 503, json: ["error": ["message": "\(host) is down", "type": "overloaded"]])
    }
    return LocalService.Answer(json: [
        "id": "1", "object": "chat.completion", "created": 1, "model": "talker",
        "choices": [
            [
                "index": 0, "finish_reason": "stop",
                "message": ["role": "assistant", "content": .string("\(host) here")],
            ]
        ],
    ])
}

/// Tells what happens to instances as it happens.
struct Events: FailoverEventLog {
    func record(_ event: FailoverEvent) { print("        (\(event.instance): \(event.kind.rawValue))") }
}

/// Tells of each request who was asked, and why the next one was.
struct Records: RequestLog {
    func record(_ finished: FinishedRecord) {
        for attempt in finished.record.attempts {
            let end = attempt.failureKind.map { "failed, \($0.rawValue) \(attempt.status ?? 0)" } ?? "answered"
            print("    \(attempt.instance): \(end)" + (attempt.followUp.map { ", then \($0.rawValue)" } ?? ""))
        }
    }
}

await Example.run("failover_example", "Shows who is asked when instances and providers fail. It needs no network.") {
    var surroundings = GatewayServices(log: Records(), failoverEvents: Events())
    surroundings.random = RandomSource(seed: 1)
    let gateway = try Gateway(
        configuration: .load(toml: Array(settings.utf8), environment: [:]), providers: .all, transport: services,
        services: surroundings)

    func ask(_ what: String) async {
        print("\n\(what)")
        do {
            let reply = try await gateway.chat(ChatRequest(model: "house/talker", messages: [.user("Who is there?")]))
            print("    -> \(reply.text)")
        } catch {
            print("    -> \(error)")
        }
    }

    await ask("The first instance is down, the second takes over:")
    await ask("It rests now, and is not even asked:")
    down.withLock { $0 = ["first", "second"] }
    await ask("Both are down: the other provider answers:")
    down.withLock { $0 = ["first", "second", "spare"] }
    await ask("All are down, and the client is told so:")

    print("\nHow the instances are now:")
    for status in gateway.instanceStatuses() {
        print("    \(status.provider)/\(status.instance): \(status.condition.rawValue)")
    }
}
