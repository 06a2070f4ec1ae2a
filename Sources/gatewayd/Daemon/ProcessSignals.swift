import Glibc

/// The signals that ask something of the process, taken in one place instead of by handlers that may run anywhere.
struct ProcessSignals {
    enum Wish {
        /// SIGTERM, SIGINT: come to an end. With the signal's name.
        case stop(String)
        /// SIGHUP: what was read from files when the process started may have changed.
        case renew
    }

    private var set = sigset_t()

    /// Blocks the signals in this thread and all that it starts from now on. A file that reached the size the process may
    /// give it (`ulimit -f`) is a failed write like that of a full disk, not the end of the process.
    init() {
        signal(SIGXFSZ, SIG_IGN)
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for one of them. After a wish to stop a second such signal ends the process at once.
    func next() -> Wish {
        var set = set
        var received: Int32 = 0
        while sigwait(&set, &received) != 0 {}
        guard received != SIGHUP else { return .renew }
        var stops = sigset_t()
        sigemptyset(&stops)
        for signal in [SIGTERM, SIGINT] {
            sigaddset(&stops, signal)
            Glibc.signal(signal, SIG_DFL)
        }
        pthread_sigmask(SIG_UNBLOCK, &stops, nil)
        return .stop(received == SIGTERM ? "SIGTERM" : "SIGINT")
    }
}
