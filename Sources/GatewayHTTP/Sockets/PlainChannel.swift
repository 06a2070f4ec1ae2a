import CSystem
import Glibc

/// TCP as it is.
package final class PlainChannel: ConnectionChannel {
    package let descriptor: Int32
    package var isEncrypted: Bool { false }

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) -> ChannelRead {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count, isDrained: count < buffer.count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock(.read)
            default: return .failed(SystemError(call: "recv"))
            }
        }
    }

    package func write(_ buffers: UnsafeBufferPointer<iovec>) -> ChannelWrite {
        while true {
            let count = csys_send_vector(descriptor, buffers.baseAddress, Int32(buffers.count))
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock(.write)
            default: return .failed(SystemError(call: "sendmsg"))
            }
        }
    }

    package func endWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }
}
