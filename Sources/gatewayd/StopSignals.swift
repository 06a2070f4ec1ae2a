import Glibc

/// SIGTERM and SIGINT, taken in one place instead of by handlers that may run anywhere.
struct StopSignals {
    private var set = sigset_t()

    /// Blocks the signals in this thread and all that it starts from now on.
    init() {
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for one of them and gives its name. A second one then ends the process at once.
    func waitForStop() -> String {
        var set = set
        var received: Int32 = 0
        while sigwait(&set, &received) != 0 {}
        signal(SIGTERM, SIG_DFL)
        signal(SIGINT, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        return received == SIGTERM ? "SIGTERM" : "SIGINT"
    }
}
