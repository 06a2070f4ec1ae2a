/// Multiplies counts with rates, exactly; every overflow and every unknown ends it with a reason.
struct CostCalculator {
    let rates: TokenRates
    let factor: PriceFactor?

    func cost(of usage: TokenUsage) -> RequestCost {
        var cost = RequestCost()
        do throws(UnknownCost) {
            cost.input = try input(usage)
            cost.cacheRead = try cacheRead(usage)
            cost.cacheWrite = try cacheWrite(usage)
            cost.fees = try fees(usage)
            cost.output = try output(usage)
            let cached = try sum(cost.cacheRead, cost.cacheWrite)
            cost.total = try sum(sum(sum(cost.input, cost.output), cached), cost.fees)
        } catch {
            cost.note = error.description
        }
        return cost
    }

    private func input(_ usage: TokenUsage) throws(UnknownCost) -> Int64 {
        guard let fresh = usage.freshInput else {
            throw .missing("the provider reported no input tokens")
        }
        let audio = min(usage.details?.audioInput ?? 0, fresh)
        return try sum(amount(fresh - audio, rates.input), amount(audio, rates.audioInput ?? rates.input))
    }

    private func cacheRead(_ usage: TokenUsage) throws(UnknownCost) -> Int64? {
        guard let read = usage.cacheRead else { return nil }
        let audio = min(usage.details?.audioCacheRead ?? 0, read)
        // A provider that lists no price for cached input gives no discount on it.
        let price = rates.cacheRead ?? rates.input
        return try sum(amount(read - audio, price), amount(audio, rates.audioCacheRead ?? price))
    }

    private func cacheWrite(_ usage: TokenUsage) throws(UnknownCost) -> Int64? {
        guard usage.cacheWrite != nil else { return nil }
        let long = usage.cacheWrite1h ?? 0
        // Without any price for writing, writing is part of the input. With one, the long kind costs more than that.
        guard long == 0 || rates.cacheWrite == nil || rates.cacheWriteLong != nil else {
            throw .missing("no price is known for cache writes that live an hour")
        }
        let price = rates.cacheWrite ?? rates.input
        return try sum(amount(usage.cacheWrite5m ?? 0, price), amount(long, rates.cacheWriteLong ?? price))
    }

    private func output(_ usage: TokenUsage) throws(UnknownCost) -> Int64? {
        guard let price = rates.output else {
            // Embeddings have none.
            guard usage.output ?? 0 == 0 else { throw .missing("no price is known for output tokens") }
            return nil
        }
        guard let output = usage.output else { throw .missing("the provider reported no output tokens") }
        // What has a price of its own is taken out of the output once, reasoning first.
        var rest = output
        var total: Int64 = 0
        func take(_ count: Int?, _ own: TokenPrice?) throws(UnknownCost) {
            guard let count, let own else { return }
            let taken = min(max(0, count), rest)
            rest -= taken
            total = try sum(total, amount(taken, own))
        }
        try take(usage.reasoning, rates.reasoning)
        try take(usage.details?.audioOutput, rates.audioOutput)
        try take(usage.details?.imageOutput, rates.imageOutput)
        return try sum(total, amount(rest, price))
    }

    private func fees(_ usage: TokenUsage) throws(UnknownCost) -> Int64? {
        let searches = usage.details?.webSearches ?? 0
        guard rates.request != nil || searches > 0 else { return nil }
        guard searches == 0 || rates.webSearch != nil else {
            throw .missing("no price is known for web searches")
        }
        return try sum(rates.request, product(Int64(clamping: searches), rates.webSearch ?? 0))
    }

    private func amount(_ count: Int, _ price: TokenPrice) throws(UnknownCost) -> Int64 {
        let plain = try product(Int64(max(0, count)), price.pico)
        guard let factor else { return plain }
        let (scaled, overflow) = plain.multipliedReportingOverflow(by: factor.millionths)
        guard !overflow else { return try longMultiple(of: plain, factor) }
        return (scaled + 500_000) / 1_000_000
    }

    /// In two steps, for amounts above nine dollars.
    private func longMultiple(of amount: Int64, _ factor: PriceFactor) throws(UnknownCost) -> Int64 {
        let (whole, rest) = amount.quotientAndRemainder(dividingBy: 1_000_000)
        return try sum(
            product(whole, factor.millionths), (product(rest, factor.millionths) + 500_000) / 1_000_000)
    }

    private func product(_ left: Int64, _ right: Int64) throws(UnknownCost) -> Int64 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        guard !overflow else { throw .overflow }
        return product
    }

    private func sum(_ left: Int64?, _ right: Int64?) throws(UnknownCost) -> Int64 {
        let (sum, overflow) = (left ?? 0).addingReportingOverflow(right ?? 0)
        guard !overflow else { throw .overflow }
        return sum
    }
}
