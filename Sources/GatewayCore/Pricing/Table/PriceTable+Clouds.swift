extension PriceTable {
    /// Bedrock's prices are those of `global.` profiles and of the United States; `regional` is what every other name costs
    /// where the two differ. Azure sells at OpenAI's prices, named here are those of its global deployments.
    static let clouds = """
        provider bedrock
        source https://aws.amazon.com/bedrock/pricing/ 2026-11-21
        anthropic.claude-fable-5-2      in 8     cached 0.2    write 10     write-long 16   out 40    regional x1.1
        anthropic.claude-fable-5-1      in 10    cached 0.25   write 12.5   write-long 20   out 50    regional x1.1
        anthropic.claude-fable-5        in 10    cached 1      write 12.5   write-long 20   out 50    regional x1.1
        anthropic.claude-mythos-5-2     in 8     cached 0.2    write 10     write-long 16   out 40    regional x1.1
        anthropic.claude-opus-5-5       in 4     cached 0.2    write 5      write-long 8    out 20    regional x1.1
        anthropic.claude-opus-5         in 5     cached 0.5    write 6.25   write-long 10   out 25    regional x1.1
        anthropic.claude-opus-4-8       in 5     cached 0.5    write 6.25   write-long 10   out 25    regional x1.1
        anthropic.claude-opus-4-7       in 5     cached 0.5    write 6.25   write-long 10   out 25    regional x1.1
        anthropic.claude-opus-4-6       in 5     cached 0.5    write 6.25   write-long 10   out 25    regional x1.1
        anthropic.claude-opus-4-5       in 5     cached 0.5    write 6.25   write-long 10   out 25    regional x1.1
        anthropic.claude-opus-4-1       in 15    cached 1.5    write 18.75  out 75
        anthropic.claude-opus-4         in 15    cached 1.5    write 18.75  out 75
        anthropic.claude-sonnet-5-5     in 2     cached 0.1    write 2.5    write-long 4    out 10    regional x1.1
        anthropic.claude-sonnet-5       in 2     cached 0.2    write 2.5    write-long 4    out 10    regional x1.1
        anthropic.claude-sonnet-4-6     in 3     cached 0.3    write 3.75   write-long 6    out 15    regional x1.1
        anthropic.claude-sonnet-4-5     in 3     cached 0.3    write 3.75   write-long 6    out 15    regional x1.1
        anthropic.claude-sonnet-4       in 3     cached 0.3    write 3.75   out 15
        anthropic.claude-3-7-sonnet     in 3     cached 0.3    write 3.75   out 15
        anthropic.claude-haiku-5-5          in 0.1  cached 0.01  write 0.125  write-long 0.2  out 0.5  regional x1.1
        anthropic.claude-haiku-5-5 >100000  in 0.5  cached 0.05  write 0.625  write-long 1    out 2.5  regional x1.1
        anthropic.claude-haiku-4-5      in 1     cached 0.1    write 1.25   write-long 2    out 5     regional x1.1
        anthropic.claude-3-5-haiku      in 0.8   cached 0.08   write 1      out 4
        anthropic.claude-3-haiku        in 0.25  out 1.25
        openai.gpt-6-astra              in 10    cached 1      write 12.5   out 50    regional x1.1
        openai.gpt-6-astra    >272000   in 20    cached 2      write 25     out 75    regional x1.1
        openai.gpt-6.1-sol              in 2     cached 0.1    write 2.5    out 10    regional x1.1
        openai.gpt-6.1-sol    >272000   in 4     cached 0.2    write 5      out 15    regional x1.1
        openai.gpt-6.1-terra            in 1     cached 0.05   write 1.25   out 5     regional x1.1
        openai.gpt-6.1-terra  >272000   in 2     cached 0.1    write 2.5    out 7.5   regional x1.1
        openai.gpt-6-sol                in 2     cached 0.2    write 2.5    out 10    regional x1.1
        openai.gpt-6-sol      >272000   in 4     cached 0.4    write 5      out 15    regional x1.1
        openai.gpt-6-luna               in 0.1   cached 0.01   write 0.125  out 0.5   regional x1.1
        openai.gpt-6-luna     >272000   in 0.2   cached 0.02   write 0.25   out 0.75  regional x1.1
        openai.gpt-5.6-sol              from 2026-08-21  in 4  cached 0.4  write 5   out 20  regional x1.1
        openai.gpt-5.6-sol    >272000   from 2026-08-21  in 8  cached 0.8  write 10  out 30  regional x1.1
        openai.gpt-oss-120b-1:0         in 0.15  out 0.6
        openai.gpt-oss-20b-1:0          in 0.07  out 0.3
        amazon.nova-2-lite              in 0.3   cached 0.075    out 2.5   regional x1.1
        amazon.nova-premier             in 2.5   cached 0.625    out 12.5
        amazon.nova-pro                 in 0.8   cached 0.2      out 3.2
        amazon.nova-lite                in 0.06  cached 0.015    out 0.24
        amazon.nova-micro               in 0.035 cached 0.00875  out 0.14
        amazon.titan-embed-text-v1      in 0.1
        amazon.titan-embed-text-v2:0    in 0.02
        meta.llama4-maverick-17b-instruct  in 0.24  out 0.97
        meta.llama4-scout-17b-instruct     in 0.17  out 0.66
        meta.llama3-3-70b-instruct      in 0.72  out 0.72
        meta.llama3-1-70b-instruct      in 0.72  out 0.72
        meta.llama3-1-8b-instruct       in 0.22  out 0.22
        mistral.mistral-large-3-675b-instruct  in 0.5   out 1.5
        mistral.pixtral-large           in 2     out 6
        mistral.devstral-2-123b         in 0.4   out 2
        deepseek.r1                     in 1.35  out 5.4
        qwen.qwen3-32b                  in 0.15  out 0.6
        qwen.qwen3-coder-480b-a35b      in 0.45  out 1.8
        qwen.qwen3-coder-30b-a3b        in 0.15  out 0.6
        moonshotai.kimi-k3.1            in 4     cached 0.2  write 5     out 20  regional x1.1
        moonshotai.kimi-k3              in 3     cached 0.3  write 3.75  out 15  regional x1.1

        provider azure_openai
        like openai
        source https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service/ 2026-11-21
        gpt-4-turbo  in 11  out 33
        """
}
