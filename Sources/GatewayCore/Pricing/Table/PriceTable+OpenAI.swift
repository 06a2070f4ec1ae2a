extension PriceTable {
    /// `write-long` are cache writes that are kept twelve hours.
    static let openAI = """
        provider openai
        source https://developers.openai.com/api/docs/pricing 2026-11-21
        every batch x0.5  search 10
        gpt-6-astra            in 10   cached 1     write 12.5   write-long 25    out 50    flex x0.5  priority x2
        gpt-6-astra   >272000  in 20   cached 2     write 25     write-long 50    out 75    flex x0.5  priority x2
        gpt-6.1-sol            in 2    cached 0.1   write 2.5    write-long 5     out 10    flex x0.5  priority x2
        gpt-6.1-sol   >272000  in 4    cached 0.2   write 5      write-long 10    out 15    flex x0.5  priority x2
        gpt-6.1-terra          in 1    cached 0.05  write 1.25   write-long 2.5   out 5     flex x0.5  priority x2
        gpt-6.1-terra >272000  in 2    cached 0.1   write 2.5    write-long 5     out 7.5   flex x0.5  priority x2
        gpt-6-sol              in 2    cached 0.2   write 2.5    write-long 5     out 10    flex x0.5  priority x2
        gpt-6-sol     >272000  in 4    cached 0.4   write 5      write-long 10    out 15    flex x0.5  priority x2
        gpt-6-luna             in 0.1  cached 0.01  write 0.125  write-long 0.25  out 0.5   flex x0.5  priority x2
        gpt-6-luna    >272000  in 0.2  cached 0.02  write 0.25   write-long 0.5   out 0.75  flex x0.5  priority x2
        gpt-6-rosalind         in 15   cached 1.5   write 18.75  write-long 37.5  out 75
        gpt-6-rosalind >272000 in 30   cached 3     write 37.5   write-long 75    out 112.5
        gpt-5.6                in 4    cached 0.4   write 5      write-long 10    out 20    flex x0.5  priority x2
        gpt-5.6       >272000  in 8    cached 0.8   write 10     write-long 20    out 30    flex x0.5  priority x2
        gpt-5.6-sol            until 2026-08-20  in 5  cached 0.5  write 6.25  out 30
        gpt-5.6-sol   >272000  until 2026-08-20  in 10 cached 1    write 12.5  out 45
        gpt-5.6-sol            from 2026-08-21  in 4  cached 0.4  write 5   write-long 10  out 20  flex x0.5  priority x2
        gpt-5.6-sol   >272000  from 2026-08-21  in 8  cached 0.8  write 10  write-long 20  out 30  flex x0.5  priority x2
        gpt-5.6-terra          until 2026-07-29  in 2.5  cached 0.25  write 3.125  out 15
        gpt-5.6-terra >272000  until 2026-07-29  in 5    cached 0.5   write 6.25   out 22.5
        gpt-5.6-terra          from 2026-07-30  in 2  cached 0.2  write 2.5  write-long 5   out 12  flex x0.5  priority x2
        gpt-5.6-terra >272000  from 2026-07-30  in 4  cached 0.4  write 5    write-long 10  out 18  flex x0.5  priority x2
        gpt-5.6-luna           until 2026-07-29  in 1  cached 0.1  write 1.25  out 6
        gpt-5.6-luna  >272000  until 2026-07-29  in 2  cached 0.2  write 2.5   out 9
        gpt-5.6-luna           from 2026-07-30  in 0.2  cached 0.02  write 0.25  write-long 0.5  out 1.2  flex x0.5  priority x2
        gpt-5.6-luna  >272000  from 2026-07-30  in 0.4  cached 0.04  write 0.5   write-long 1    out 1.8  flex x0.5  priority x2
        gpt-5.6-cyber          in 12.5  cached 1.25   write 15.625  out 75
        gpt-5.5                in 5     cached 0.5    out 30    flex x0.5  priority x2.5
        gpt-5.5       >272000  in 10    cached 1      out 45    flex x0.5
        gpt-5.5-pro            in 30                  out 180   flex x0.5
        gpt-5.5-pro   >272000  in 60                  out 270   flex x0.5
        gpt-5.4                in 2.5   cached 0.25   out 15    priority x2
        gpt-5.4 flex           in 1.25  cached 0.13   out 7.5
        gpt-5.4 batch          in 1.25  cached 0.13   out 7.5
        gpt-5.4       >272000  in 5     cached 0.5    out 22.5  flex x0.5
        gpt-5.4-pro            in 30                  out 180   flex x0.5
        gpt-5.4-pro   >272000  in 60                  out 270   flex x0.5
        gpt-5.4-mini           in 0.75  cached 0.075  out 4.5   flex x0.5  priority x2
        gpt-5.4-nano           in 0.2   cached 0.02   out 1.25  flex x0.5
        gpt-5.3-codex          in 1.75  cached 0.175  out 14    priority x2
        gpt-5.3-chat           in 1.75  cached 0.175  out 14
        gpt-5.2                in 1.75  cached 0.175  out 14    flex x0.5  priority x2
        gpt-5.2-codex          in 1.75  cached 0.175  out 14
        gpt-5.2-chat           in 1.75  cached 0.175  out 14
        gpt-5.2-pro            in 21                  out 168
        gpt-5.1                in 1.25  cached 0.125  out 10    flex x0.5  priority x2
        gpt-5.1-chat           in 1.25  cached 0.125  out 10
        gpt-5.1-codex          in 1.25  cached 0.125  out 10
        gpt-5.1-codex-max      in 1.25  cached 0.125  out 10
        gpt-5.1-codex-mini     in 0.25  cached 0.025  out 2
        gpt-5                  in 1.25  cached 0.125  out 10    flex x0.5  priority x2
        gpt-5-chat             in 1.25  cached 0.125  out 10
        gpt-5-codex            in 1.25  cached 0.125  out 10
        gpt-5-search-api       in 1.25  cached 0.125  out 10
        gpt-5-mini             in 0.25  cached 0.025  out 2     flex x0.5  priority x1.8
        gpt-5-nano             in 0.05  cached 0.005  out 0.4   flex x0.5
        gpt-5-pro              in 15                  out 120
        chat-latest            in 5     cached 0.5    out 30
        gpt-4.1                in 2     cached 0.5    out 8     priority x1.75
        gpt-4.1-mini           in 0.4   cached 0.1    out 1.6   priority x1.75
        gpt-4.1-nano           in 0.1   cached 0.025  out 0.4   priority x2
        gpt-4o                 in 2.5   cached 1.25   out 10    priority x1.7
        gpt-4o-2024-05-13      in 5                   out 15    priority x1.75
        gpt-4o-mini            in 0.15  cached 0.075  out 0.6
        gpt-4o-mini priority   in 0.25  cached 0.125  out 1
        gpt-4o-audio-preview   in 2.5   out 10   audio-in 40  audio-out 80
        gpt-audio              in 2.5   out 10   audio-in 32  audio-out 64
        gpt-audio-1.5          in 2.5   out 10   audio-in 32  audio-out 64
        gpt-audio-mini         in 0.6   out 2.4  audio-in 10  audio-out 20
        gpt-4-turbo            in 10                  out 30
        gpt-4                  in 30                  out 60
        gpt-3.5-turbo          in 0.5                 out 1.5
        gpt-3.5-turbo-instruct in 1.5                 out 2
        o1                     in 15    cached 7.5    out 60
        o1-pro                 in 150                 out 600
        o3                     in 2     cached 0.5    out 8     flex x0.5  priority x1.75
        o3-pro                 in 20                  out 80
        o3-mini                in 1.1   cached 0.55   out 4.4
        o3-deep-research       in 10    cached 2.5    out 40
        o4-mini                in 1.1   cached 0.275  out 4.4
        o4-mini flex           in 0.55  cached 0.138  out 2.2
        o4-mini priority       in 2     cached 0.5    out 8
        o4-mini-deep-research  in 2     cached 0.5    out 8
        ft:gpt-4.1             in 3     cached 0.75   out 12
        ft:gpt-4.1-mini        in 0.8   cached 0.2    out 3.2
        ft:gpt-4.1-nano        in 0.2   cached 0.05   out 0.8
        ft:gpt-4o              in 3.75  cached 1.875  out 15
        ft:gpt-4o-mini         in 0.3   cached 0.15   out 1.2
        ft:gpt-3.5-turbo       in 3                   out 6
        ft:o4-mini             in 4     cached 1      out 16
        text-embedding-3-large in 0.13
        text-embedding-3-small in 0.02
        text-embedding-ada-002 in 0.1

        provider openai_responses
        like openai
        """
}
