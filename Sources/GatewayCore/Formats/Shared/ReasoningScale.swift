/// Effort levels against token budgets: WIRE_FORMATS section 8e.
extension ReasoningEffort {
    /// The level that comes nearest to a budget; nil for a budget the model chooses itself (negative).
    package init?(budget: Int) {
        switch budget {
        case ..<0: return nil
        case 0: self = .none
        case ...1024: self = .minimal
        case ...4096: self = .low
        case ...12000: self = .medium
        case ...24576: self = .high
        default: self = .xhigh
        }
    }

    /// The highest of `levels` that is not above this one, else the lowest above it; nil when `levels` is empty.
    ///
    /// A level other than `none` never becomes `none`, nor the other way round where that can be helped.
    package func nearest(in levels: [ReasoningEffort]) -> ReasoningEffort? {
        if levels.contains(self) { return self }
        let order = Self.allCases
        guard let own = order.firstIndex(of: self) else { return nil }
        let thinking = order.indices.filter { levels.contains(order[$0]) && (self == .none || order[$0] != .none) }
        let below = thinking.last { $0 < own }
        let above = thinking.first { $0 > own }
        return (below ?? above).map { order[$0] } ?? levels.first
    }
}
