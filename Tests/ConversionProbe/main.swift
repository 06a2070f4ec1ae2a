import GatewayCore
import Glibc

// conversion_probe: each line of the input is a request of one format for a provider of another, each line of the output
// what the provider would be sent of it, and what the ledger says. See `Probe`.

let probe = try Probe()
while let line = readLine() {
    print(await probe.answer(to: line))
    fflush(nil)
}
