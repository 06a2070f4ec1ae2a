extension PriceTable {
    /// Companies that sell models of their own.
    static let labs = """
        provider mistral
        source https://mistral.ai/pricing/api 2026-11-21
        every batch x0.5
        mistral-large-4         from 2026-10-20 until 2026-10-28  in 1.36  cached 0.14  out 4.18
        mistral-large-4         from 2026-10-29  in 0.7  cached 0.07  out 2.1
        mistral-large-2512      in 0.5   cached 0.05   out 1.5
        mistral-large-3         in 0.5   cached 0.05   out 1.5
        mistral-medium-3-5      in 1.5   cached 0.15   out 7.5
        mistral-medium-2604     in 1.5   cached 0.15   out 7.5
        mistral-medium          in 1.5   cached 0.15   out 7.5
        mistral-medium-3-1      in 0.4   cached 0.04   out 2
        mistral-small-2603      in 0.15  cached 0.015  out 0.6
        mistral-small           in 0.15  cached 0.015  out 0.6
        magistral-medium        in 1.5   cached 0.15   out 7.5
        magistral-small         in 0.15  cached 0.015  out 0.6
        ministral-14b-2512      in 0.2   cached 0.02   out 0.2
        ministral-8b-2512       in 0.15  cached 0.015  out 0.15
        ministral-8b            in 0.15  cached 0.015  out 0.15
        ministral-3b-2512       in 0.1   cached 0.01   out 0.1
        codestral-2508          in 0.3   cached 0.03   out 0.9
        codestral               in 0.3   cached 0.03   out 0.9
        devstral-medium         in 0.4   cached 0.04   out 2
        devstral-small          in 0.1   cached 0.01   out 0.3
        pixtral-large           in 2     cached 0.2    out 6
        mistral-embed           in 0.1
        codestral-embed-2505    in 0.15

        # Twice the price in the hours of the day when China works.
        provider deepseek
        source https://api-docs.deepseek.com/quick_start/pricing 2026-11-21
        deepseek-flash                   in 0.15   cached 0.003     out 0.6
        deepseek-flash     01:00-04:00   in 0.3    cached 0.006     out 1.2
        deepseek-flash     06:00-10:00   in 0.3    cached 0.006     out 1.2
        deepseek-v4-flash                until 2026-08-16  in 0.14  cached 0.0028  out 0.28
        deepseek-v4-flash                from 2026-08-17 until 2026-09-09  in 0.22  cached 0.007  out 0.66
        deepseek-v4-flash                from 2026-09-10   in 0.15  cached 0.003   out 0.6
        deepseek-v4-flash  01:00-04:00   from 2026-09-10   in 0.3   cached 0.006   out 1.2
        deepseek-v4-flash  06:00-10:00   from 2026-09-10   in 0.3   cached 0.006   out 1.2
        deepseek-v4-pro                  until 2026-08-16  in 0.435  cached 0.003625  out 0.87
        deepseek-v4-pro                  from 2026-08-17   in 0.66   cached 0.022     out 1.98
        deepseek-v4-pro    01:00-04:00   from 2026-08-17   in 1.32   cached 0.044     out 3.96
        deepseek-v4-pro    06:00-10:00   from 2026-08-17   in 1.32   cached 0.044     out 3.96
        deepseek-chat                    until 2026-07-24  in 0.28   cached 0.028     out 0.42
        deepseek-reasoner                until 2026-07-24  in 0.28   cached 0.028     out 0.42

        provider xai
        source https://docs.x.ai/docs/models 2026-11-21
        grok-4.7                       in 2     cached 0.5   out 6    batch x0.8
        grok-4.7             >199999   in 4     cached 1     out 12   batch x0.8
        grok-4.6                       in 2     cached 0.5   out 6
        grok-4.6             >199999   in 4     cached 1     out 12
        grok-4.5                       in 2     cached 0.3   out 6
        grok-4.5             >199999   in 4     cached 0.6   out 12
        grok-4.3                       in 1.25  cached 0.2   out 2.5  batch x0.8
        grok-4.3             >199999   in 2.5   cached 0.4   out 5    batch x0.8
        grok-4.20                      in 1.25  cached 0.2   out 2.5  batch x0.8
        grok-4.20            >199999   in 2.5   cached 0.4   out 5    batch x0.8
        grok-4.20-reasoning            in 1.25  cached 0.2   out 2.5  batch x0.8
        grok-4.20-reasoning  >199999   in 2.5   cached 0.4   out 5    batch x0.8
        grok-4.20-non-reasoning           in 1.25  cached 0.2   out 2.5  batch x0.8
        grok-4.20-non-reasoning >199999   in 2.5   cached 0.4   out 5    batch x0.8
        grok-build-0.1                 in 1     cached 0.2   out 2
        grok-build-0.1       >199999   in 2     cached 0.4   out 4
        grok-4-0709                    in 3     cached 0.75  out 15
        grok-3                         in 3     cached 0.75  out 15
        grok-3-mini                    in 0.3   cached 0.075 out 0.5

        provider cohere
        source https://cohere.com/pricing 2026-11-21
        command-a-03-2025       in 2.5     out 10
        command-a               in 2.5     out 10
        command-r-plus-08-2024  in 2.5     out 10
        command-r-plus          in 2.5     out 10
        command-r-08-2024       in 0.15    out 0.6
        command-r               in 0.15    out 0.6
        command-r7b-12-2024     in 0.0375  out 0.15
        c4ai-aya-expanse-32b    in 0.5     out 1.5
        embed-v4.0              in 0.12

        # Its replies name their cost, which counts; these are for replies that do not, with the smallest search context.
        provider perplexity
        source https://docs.perplexity.ai/docs/getting-started/pricing 2026-11-21
        sonar                   in 1  out 1   request 5
        sonar-pro               in 3  out 15  request 6
        sonar-reasoning-pro     in 2  out 8   request 6
        sonar-deep-research     in 2  out 8   reasoning 3  search 5

        provider demo
        * in 0 out 0
        """
}
