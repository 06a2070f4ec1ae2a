extension ProviderFailure.Kind {
    /// What a status says where nothing says more.
    init(status: Int) {
        self =
            switch status {
            case 401: .authentication
            case 402: .billing
            case 403: .permission
            case 404: .notFound
            case 408, 504: .timeout
            case 409: .conflict
            case 413: .requestTooLarge
            case 429: .rateLimited
            case 502, 503: .unavailable
            case 529: .overloaded
            case 400..<500: .invalidRequest
            default: .server
            }
    }

    /// The status that fits a failure told inside a stream, whose own was 200. Anthropic has two of its own.
    var fittingStatus: Int {
        switch self {
        case .invalidRequest, .contextWindowExceeded, .contentFiltered: 400
        case .authentication: 401
        case .permission: 403
        case .notFound: 404
        case .conflict: 409
        case .requestTooLarge: 413
        case .billing, .rateLimited: 429
        case .overloaded, .unavailable, .shuttingDown: 503
        case .timeout: 504
        case .truncated, .malformed: 502
        case .server: 500
        }
    }
}
