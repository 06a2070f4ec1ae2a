extension PriceTable {
    /// Companies that serve others' models.
    static let hosts = """
        provider groq
        source https://groq.com/pricing 2026-11-21
        every batch x0.5  flex x1
        openai/gpt-oss-120b              in 0.15   cached 0.075   out 0.6
        openai/gpt-oss-20b               in 0.075  cached 0.0375  out 0.3
        openai/gpt-oss-safeguard-20b     in 0.075  cached 0.0375  out 0.3
        qwen/qwen3.8-27b                 in 0.8    out 4
        qwen/qwen3-32b                   in 0.29   out 0.59
        llama-3.3-70b-versatile          in 0.59   out 0.79
        llama-3.1-8b-instant             in 0.05   out 0.08
        meta-llama/llama-4-maverick-17b-128e-instruct  in 0.2   out 0.6
        meta-llama/llama-4-scout-17b-16e-instruct      in 0.11  out 0.34
        meta-llama/llama-guard-4-12b     in 0.2    out 0.2
        moonshotai/kimi-k2-instruct      in 1      cached 0.5     out 3

        provider together
        source https://www.together.ai/pricing 2026-11-21
        moonshotai/Kimi-K3.1-Pro                  in 2     cached 0.2    out 10
        moonshotai/Kimi-K3                        in 3     cached 0.3    out 15
        zai-org/GLM-5.3                           in 1.4   cached 0.26   out 4.4
        zai-org/GLM-5.3-Flash                     in 0.15  cached 0.03   out 0.5
        zai-org/GLM-5.2                           in 1.4   cached 0.26   out 4.4
        deepseek-ai/DeepSeek-V4-Pro-0813          in 1.32  cached 0.13   out 3.96
        deepseek-ai/DeepSeek-V4.1-Flash           in 0.3   cached 0.006  out 1.2
        MiniMaxAI/MiniMax-M3                      in 0.3   cached 0.06   out 1.2
        MiniMaxAI/MiniMax-M3.1-Flash              in 0.15  cached 0.015  out 0.6
        Qwen/Qwen3.7-Plus                         in 0.32  out 1.28
        Qwen/Qwen3.6-Plus                         in 0.5   out 3
        Qwen/Qwen3.5-9B                           in 0.17  out 0.25
        openai/gpt-oss-120b                       in 0.15  out 0.6
        meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8  in 0.27  out 0.85
        provider together_ai
        like together

        provider fireworks
        source https://fireworks.ai/pricing 2026-11-21
        kimi-k3p1-pro        in 2     cached 0.2    out 10
        kimi-k3              in 3     cached 0.3    out 15
        kimi-k3-fast         in 4.5   cached 0.45   out 22.5
        kimi-k2p7-code       in 0.95  cached 0.19   out 4
        glm-5p3              in 1.4   cached 0.26   out 4.4
        glm-5p3-fast         in 2.1   cached 0.39   out 6.6
        glm-5p3-flash        in 0.15  cached 0.03   out 0.5
        glm-5p2              in 1.4   cached 0.14   out 4.4
        glm-5p1              in 1.4   cached 0.26   out 4.4
        deepseek-v4p1-flash  in 0.3   cached 0.006  out 1.2
        deepseek-v4-pro-0813 in 1.32  cached 0.044  out 3.96
        minimax-m3           in 0.3   cached 0.06   out 1.2
        qwen3p8-max          in 2     cached 0.25   out 6
        qwen3p7-plus         in 0.4   cached 0.08   out 1.6
        gpt-oss-120b         in 0.15  cached 0.015  out 0.6
        gpt-oss-20b          in 0.07  cached 0.035  out 0.3
        llama-v3p1-8b-instruct  in 0.2  out 0.2
        provider fireworks_ai
        like fireworks

        provider cerebras
        source https://www.cerebras.ai/pricing 2026-11-21
        gpt-oss-120b    in 0.35  out 0.75
        qwen-3.8-27b    in 0.99  out 1.49
        gemma-4-31b     in 0.99  out 1.49
        llama3.1-8b     in 0.1   out 0.1
        """
}
