// What is built in: the current models of the providers that the gateway knows.
// Each list names the provider's own page, for whoever wants to check it, and the day. The figures were taken on that
// day from two public price lists that follow those pages, genai-prices 0.2.3 and LiteLLM 1.109.1; the pages themselves
// were not read.
//
// A model that is not listed has no price. Prices that depend on what a reply does not tell (the region of an Azure
// deployment or of Vertex AI, a contract) are those of the list; `[[prices.models]]` corrects them.

extension PriceTable {
    /// Read once. A line that cannot be read would leave the list out from there on; a test reads every one.
    package static let builtIn: PriceTable = {
        var table = PriceTable()
        for text in texts {
            // The texts are part of the program: the test says that none fails.
            try? table.append(text, origin: .builtIn)
        }
        return table
    }()

    package static let texts = [openAI, anthropic, google, clouds, labs, hosts]
}
