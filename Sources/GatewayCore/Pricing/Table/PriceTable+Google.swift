extension PriceTable {
    /// Of the paid tier. Storage of explicit caches is billed by the hour and is no part of a request.
    static let google = """
        provider gemini
        source https://ai.google.dev/gemini-api/docs/pricing 2026-11-21
        every batch x0.5
        gemini-4-argon           until 2026-11-30  in 2  cached 0.1  out 10   flex x0.5  priority x1.8
        gemini-4-argon           from 2026-12-01   in 4  cached 0.2  out 20   flex x0.5  priority x1.8
        gemini-3.8-flash         until 2026-12-31  in 0.75  cached 0.075  out 3.75  flex x0.5  priority x1.8
        gemini-3.8-flash         from 2027-01-01   in 1.5   cached 0.15   out 7.5   flex x0.5  priority x1.8
        gemini-3.7-flash         until 2026-12-31  in 0.75  cached 0.075  out 3.75  flex x0.5  priority x1.8
        gemini-3.7-flash         from 2027-01-01   in 1.5   cached 0.15   out 7.5   flex x0.5  priority x1.8
        gemini-3.6-flash         until 2026-12-31  in 0.75  cached 0.075  out 3.75  flex x0.5  priority x1.8
        gemini-3.6-flash         from 2027-01-01   in 1.5   cached 0.15   out 7.5   flex x0.5  priority x1.8
        gemini-flash             until 2026-12-31  in 0.75  cached 0.075  out 3.75  flex x0.5  priority x1.8
        gemini-flash             from 2027-01-01   in 1.5   cached 0.15   out 7.5   flex x0.5  priority x1.8
        gemini-3.5-flash         in 1.5   cached 0.15   out 9     priority x1.8
        gemini-3.5-flash flex    in 0.75  cached 0.08   out 4.5
        gemini-3.5-flash-lite    in 0.3   cached 0.03   out 2.5
        gemini-3.5-flash-lite flex      in 0.15  cached 0.02  out 1.25
        gemini-3.5-flash-lite batch     in 0.15  cached 0.02  out 1.25
        gemini-3.5-flash-lite priority  in 0.54  cached 0.05  out 4.5
        gemini-flash-lite        in 0.3   cached 0.03   out 2.5
        gemini-flash-lite flex          in 0.15  cached 0.02  out 1.25
        gemini-flash-lite batch         in 0.15  cached 0.02  out 1.25
        gemini-flash-lite priority      in 0.54  cached 0.05  out 4.5
        gemini-3.1-pro-preview           in 2  cached 0.2  out 12  priority x1.8
        gemini-3.1-pro-preview >200000   in 4  cached 0.4  out 18  priority x1.8
        gemini-3.1-pro-preview flex      in 1  cached 0.2  out 6
        gemini-3.1-pro-preview batch     in 1  cached 0.2  out 6
        gemini-3.1-pro-preview batch >200000  in 2  cached 0.4  out 9
        gemini-pro                       in 2  cached 0.2  out 12  priority x1.8
        gemini-pro             >200000   in 4  cached 0.4  out 18  priority x1.8
        gemini-3.1-flash-lite    in 0.25  cached 0.025  audio-in 0.5  audio-cached 0.05  out 1.5  flex x0.5  priority x1.8
        gemini-3-flash-preview   in 0.5   cached 0.05   audio-in 1    audio-cached 0.1   out 3    priority x1.8
        gemini-3-flash-preview flex   in 0.25  cached 0.05  audio-in 0.5  audio-cached 0.1  out 1.5
        gemini-3-flash-preview batch  in 0.25  cached 0.05  audio-in 0.5  audio-cached 0.1  out 1.5
        gemini-2.5-pro            in 1.25   cached 0.125  out 10  priority x1.8
        gemini-2.5-pro >200000    in 2.5    cached 0.25   out 15  priority x1.8
        gemini-2.5-pro flex       in 0.625  cached 0.125  out 5
        gemini-2.5-pro batch      in 0.625  cached 0.125  out 5
        gemini-2.5-pro batch >200000  in 1.25  cached 0.25  out 7.5
        gemini-2.5-flash          in 0.3   cached 0.03  audio-in 1    audio-cached 0.1   out 2.5  priority x1.8
        gemini-2.5-flash flex     in 0.15  cached 0.03  audio-in 0.5  audio-cached 0.1   out 1.25
        gemini-2.5-flash batch    in 0.15  cached 0.03  audio-in 0.5  audio-cached 0.1   out 1.25
        gemini-2.5-flash-lite        in 0.1   cached 0.01  audio-in 0.3   audio-cached 0.03  out 0.4  priority x1.8
        gemini-2.5-flash-lite flex   in 0.05  cached 0.01  audio-in 0.15  audio-cached 0.03  out 0.2
        gemini-2.5-flash-lite batch  in 0.05  cached 0.01  audio-in 0.15  audio-cached 0.03  out 0.2
        gemini-2.5-flash-image          in 0.3   out 2.5  image-out 30
        gemini-3-pro-image-preview      in 2     out 12   image-out 120
        gemini-3.1-flash-image-preview  in 0.5   out 3    image-out 60
        gemini-3.1-flash-lite-image     in 0.25  out 1.5  image-out 30
        gemini-nano-banana-2.1          in 1.5   out 7.5  image-out 30
        gemini-embedding                in 0.15
        gemini-embedding-2              in 0.2   audio-in 6.5

        provider vertex
        like gemini anthropic
        provider vertex_ai
        like gemini anthropic
        """
}
