import Synchronization

/// A whole gateway inside the process: the same configuration, routing, conversion and failover that `gatewayd` serves
/// over HTTP.
///
/// ```swift
/// let gateway = try Gateway(configuration: configuration, providers: .all, transport: HTTPTransport())
/// let reply = try await gateway.chat(ChatRequest(model: "claude-sonnet-4-5", messages: [.user("Hello")]))
/// ```
///
/// Safe to use from any task.
public final class Gateway: Sendable {
    let services: GatewayServices
    let current: Mutex<GatewayState>
    /// Held while another configuration is made, so that two reloads do not mix.
    let reloading = Mutex(())
    let catalog: ProviderCatalog
    let transport: any Transport
    let shared: SharedEngineState
    let discovery = ModelDiscovery()
    /// What models cost.
    package let prices: PriceShelf
    let storedResponses: StoredResponses

    /// - Parameters:
    ///   - providers: the kinds of provider the configuration may name; `.all` of GatewayProviders.
    ///   - transport: carries requests to providers; `HTTPTransport` of GatewayHTTP.
    /// - Throws: `ProviderError` when an instance cannot be made as it is configured.
    public init(
        configuration: GatewayConfiguration, providers: ProviderCatalog, transport: any Transport,
        services: GatewayServices = GatewayServices()
    ) throws(ProviderError) {
        self.services = services
        prices = PriceShelf(configuration.prices)
        self.catalog = providers
        self.transport = transport
        shared = SharedEngineState(
            configuration, clock: services.monotonicClock, sharedState: services.sharedState)
        storedResponses = StoredResponses(configuration.storedResponses)
        current = Mutex(try GatewayState(configuration, catalog: providers, transport: transport, services: services))
    }

    package var state: GatewayState { current.withLock { $0 } }

    /// Asks for a whole reply, whose `notes` tell what the conversion could not carry.
    ///
    /// - Parameter conversion: nil is the configuration's. With `.strict` a request that would lose something throws
    ///   `GatewayError.conversionLoss`.
    public func chat(
        _ request: ChatRequest, conversion: ConversionPolicy? = nil
    ) async throws(GatewayError) -> ChatReply {
        var request = request
        request.isStreaming = false
        let (answer, outline) = try await ask(request, conversion)
        switch answer {
        case .decoded(var reply):
            if outline.policy != .allow { reply.notes = LossLedger(outline.notes).notes }
            return reply
        case .relayed, .stream: throw GatewayError(.unexpectedAnswer, provider: nil)
        }
    }

    /// Asks for a reply in pieces. Returns when the provider's answer has begun; failures up to then are thrown here.
    ///
    /// - Parameter conversion: nil is the configuration's. With `.strict` a request that would lose something throws
    ///   `GatewayError.conversionLoss`.
    public func stream(
        _ request: ChatRequest, conversion: ConversionPolicy? = nil
    ) async throws(GatewayError) -> ReplyEvents {
        var request = request
        request.isStreaming = true
        let (answer, outline) = try await ask(request, conversion)
        switch answer {
        case .stream(let stream):
            guard let events = stream.collector else { throw GatewayError(.unexpectedAnswer, provider: nil) }
            var reply = ReplyEvents(stream: stream, collector: events)
            if outline.policy != .allow { reply.notes = LossLedger(outline.notes).notes }
            return reply
        case .relayed, .decoded: throw GatewayError(.unexpectedAnswer, provider: nil)
        }
    }

    /// Tells every stream under way in-band that the gateway is stopping, and ends it.
    package func abortStreams() {
        shared.streams.abortAll()
    }

    private func ask(
        _ request: ChatRequest, _ conversion: ConversionPolicy?
    ) async throws(GatewayError) -> (Exchange.Answer, AttemptOutline) {
        let state = state
        let journal = RequestJournal(
            id: services.requestIDs.next(), startedAt: services.clock.now(), clientFormat: nil, keyName: nil,
            prices: prices.book, log: services.log)
        journal.record.trace = state.traces?.context([:], requestID: journal.record.id)
        let exchange = Exchange(state, shared, journal: journal)
        let question = Exchange.Question(
            model: request.model, isStreaming: request.isStreaming, clientHeaders: [:], provider: nil,
            policy: conversion ?? exchange.state.configuration.conversion.policy,
            compose: { [reasoning = shared.reasoning] (composer) async throws(ExchangeFailure) in
                try await composer.remembering(reasoning, client: nil, format: nil).translate(request)
            },
            pipe: { composed, speech in
                StreamTranslator(
                    framing: speech.framing.makeDecoder(), decoder: speech.codec.makeStreamDecoder(),
                    encoder: EventCollector(), toolNames: composed.toolNames, memory: composed.memory)
            })
        do {
            try await exchange.enterLimits(key: nil, model: request.model) { LimitEstimate.tokens(of: request) }
            let result = try await exchange.ask(question)
            if case .decoded(let reply) = result.0 {
                exchange.journal.close(.success, usage: reply.usage, failure: nil)
            }
            return result
        } catch {
            throw GatewayError(exchange.refuse(error), provider: error.provider, losses: error.losses)
        }
    }
}

/// What a gateway needs from its surroundings besides a transport.
public struct GatewayServices: Sendable {
    public var clock: any WallClock
    public var log: any RequestLog
    /// Told of instances that fail, are left out and come back.
    public var failoverEvents: any FailoverEventLog
    /// Fetches images by address for providers that want their bytes; nil leaves addresses to the provider.
    public var media: (any MediaFetcher)?
    /// Measures the engine's waits and deadlines.
    public var monotonicClock: any MonotonicClock = SystemMonotonicClock()
    /// The engine's chance: who is asked, and how waits are spread.
    public var random = RandomSource()
    /// The environment variables and files in which providers may find credentials.
    public var environment: [String: String]
    public var files: any FileReader
    /// What is shared with other gateways; nil for one on its own.
    package var sharedState: (any SharedState)?
    /// Where answers are kept when the configuration wants gateways to share them.
    package var sharedCache: (any SharedCache)?
    package let requestIDs = RequestIDSource()

    public init(
        clock: any WallClock = NoWallClock(), log: any RequestLog = NoRequestLog(),
        failoverEvents: any FailoverEventLog = NoFailoverEventLog(), media: (any MediaFetcher)? = nil,
        environment: [String: String] = [:], files: any FileReader = NoFiles()
    ) {
        self.clock = clock
        self.log = log
        self.failoverEvents = failoverEvents
        self.media = media
        self.environment = environment
        self.files = files
    }
}

/// One configuration, made ready to serve. Requests under way keep the one they began with.
package final class GatewayState: Sendable {
    package let configuration: GatewayConfiguration
    package let router: Router
    package let directory: ProviderDirectory
    package let keys: KeyRing
    package let traces: TraceSampler?
    /// Nil when no response cache is configured.
    package let answers: AnswerCache?
    package let services: GatewayServices

    /// By the engine's clock.
    package func now() -> MonotonicInstant { services.monotonicClock.now() }

    package init(
        _ configuration: GatewayConfiguration, catalog: ProviderCatalog, transport: any Transport,
        services: GatewayServices, older: GatewayState? = nil
    ) throws(ProviderError) {
        self.configuration = configuration
        self.services = services
        router = Router(configuration)
        directory = try ProviderDirectory(
            configuration, catalog: catalog, transport: transport, services: services, older: older?.directory)
        keys = KeyRing(configuration)
        traces = TraceSampler(configuration.telemetry)
        answers = AnswerCache.make(configuration, older: older, shared: services.sharedCache)
    }
}
