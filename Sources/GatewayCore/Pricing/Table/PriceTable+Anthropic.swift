extension PriceTable {
    /// `us` is what `inference_geo` reports of requests that stayed in the United States.
    static let anthropic = """
        provider anthropic
        source https://platform.claude.com/docs/en/about-claude/pricing 2026-11-21
        every batch x0.5  search 10
        claude-fable-5-2            in 8     cached 0.2   write 10      write-long 16   out 40    us x1.1
        claude-fable-5-1            in 10    cached 0.25  write 12.5    write-long 20   out 50    us x1.1
        claude-fable-5              in 10    cached 1     write 12.5    write-long 20   out 50    us x1.1
        claude-mythos-5-2           in 8     cached 0.2   write 10      write-long 16   out 40    us x1.1
        claude-mythos-5-1           in 10    cached 0.25  write 12.5    write-long 20   out 50    us x1.1
        claude-mythos-5             in 10    cached 1     write 12.5    write-long 20   out 50    us x1.1
        claude-opus-5-5             in 4     cached 0.2   write 5       write-long 8    out 20    us x1.1  fast x2
        claude-opus-5               in 5     cached 0.5   write 6.25    write-long 10   out 25    us x1.1  fast x2
        claude-opus-4-8             in 5     cached 0.5   write 6.25    write-long 10   out 25    us x1.1  fast x2
        claude-opus-4-7             in 5     cached 0.5   write 6.25    write-long 10   out 25    us x1.1
        claude-opus-4-6             until 2026-03-12  in 5   cached 0.5  write 6.25  write-long 10  out 25    us x1.1
        claude-opus-4-6    >200000  until 2026-03-12  in 10  cached 1    write 12.5  write-long 20  out 37.5  us x1.1
        claude-opus-4-6             from 2026-03-13   in 5   cached 0.5  write 6.25  write-long 10  out 25    us x1.1
        claude-opus-4-5             in 5     cached 0.5   write 6.25    write-long 10   out 25
        claude-opus-4-1             in 15    cached 1.5   write 18.75   write-long 30   out 75
        claude-opus-4               in 15    cached 1.5   write 18.75   write-long 30   out 75
        claude-opus-4-0             in 15    cached 1.5   write 18.75   write-long 30   out 75
        claude-sonnet-5-5           in 2     cached 0.1   write 2.5     write-long 4    out 10    us x1.1
        claude-sonnet-5             in 2     cached 0.2   write 2.5     write-long 4    out 10    us x1.1
        claude-sonnet-4-6           until 2026-03-12  in 3   cached 0.3  write 3.75  write-long 6   out 15    us x1.1
        claude-sonnet-4-6  >200000  until 2026-03-12  in 6   cached 0.6  write 7.5   write-long 12  out 22.5  us x1.1
        claude-sonnet-4-6           from 2026-03-13   in 3   cached 0.3  write 3.75  write-long 6   out 15    us x1.1
        claude-sonnet-4-5           in 3     cached 0.3   write 3.75    write-long 6    out 15
        claude-sonnet-4-5  >200000  in 6     cached 0.6   write 7.5     write-long 12   out 22.5
        claude-sonnet-4             in 3     cached 0.3   write 3.75    write-long 6    out 15
        claude-sonnet-4    >200000  in 6     cached 0.6   write 7.5     write-long 12   out 22.5
        claude-sonnet-4-0           in 3     cached 0.3   write 3.75    write-long 6    out 15
        claude-3-7-sonnet           in 3     cached 0.3   write 3.75    write-long 6    out 15
        claude-3-5-sonnet           in 3     cached 0.3   write 3.75    write-long 6    out 15
        claude-3-opus               in 15    cached 1.5   write 18.75   write-long 30   out 75
        claude-haiku-5-5            in 0.1   cached 0.01  write 0.125   write-long 0.2  out 0.5   us x1.1
        claude-haiku-5-5   >100000  in 0.5   cached 0.05  write 0.625   write-long 1    out 2.5   us x1.1
        claude-haiku-4-5            in 1     cached 0.1   write 1.25    write-long 2    out 5
        claude-3-5-haiku            in 0.8   cached 0.08  write 1       write-long 1.6  out 4
        claude-3-haiku              in 0.25  cached 0.03  write 0.3     write-long 0.5  out 1.25
        """
}
