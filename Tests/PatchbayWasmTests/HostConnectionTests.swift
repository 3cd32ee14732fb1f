import Glibc
import PatchbayCore
@testable import PatchbayHost
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

/// A socket that listens on the loopback address.
private struct Listener: ~Copyable {
    let descriptor: CInt
    private(set) var port: UInt16 = 0

    init() throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, size) + listen(descriptor, 8) + getsockname(descriptor, address, &size)
            }
        }
        try #require(result == 0)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}

@Suite struct HostConnectionTests {
    @Test func `a granted address is connected, read and written`() throws {
        let listener = try Listener()
        let services = try Hosted("connect:127.0.0.1:\(listener.port)").services()
        let handle = try services.connect(Bytes("127.0.0.1").span, port: UInt32(listener.port))
        #expect(handle == 1)
        let peer = accept(listener.descriptor, nil, nil)
        #expect(services.write(handle, "ping") == 4)
        var memory = [UInt8](repeating: 0, count: 10)
        let received = unsafe Glibc.read(peer, &memory, 10)
        #expect(received == 4)
        #expect(services.received(handle) == -Int64(EAGAIN))
        let sent = unsafe Glibc.write(peer, "pong", 4)
        #expect(sent == 4)
        #expect(services.received(handle) == 4)
        #expect(services.size(handle) == -1 && services.synchronize(handle) == 0)
        close(peer)
        #expect(services.received(handle) == 0)
        // The process must survive writing to a peer that has gone.
        var result: Int64 = 0
        for _ in 0..<100 where result >= 0 { result = services.write(handle, "ping") }
        #expect(result == -Int64(EPIPE) || result == -Int64(ECONNRESET))
    }

    @Test func `other addresses are denied or refused`() throws {
        let port: UInt16
        do {
            let listener = try Listener()
            port = listener.port
        }
        let services = try Hosted("connect:127.0.0.1:\(port)", "connect:no.such.invalid:80") {
            $0.openHandles = 1
        }.services()
        #expect(try services.connect(Bytes("127.0.0.1").span, port: UInt32(port)) == -ECONNREFUSED)
        #expect(throws: PluginError.self) { try services.connect(Bytes("127.0.0.1").span, port: UInt32(port) ^ 1) }
        #expect(throws: PluginError.self) { try services.connect(Bytes("127.1").span, port: UInt32(port)) }
        for (host, port): (String, UInt32) in [("", 80), ("127.0.0.1", 0), ("127.0.0.1", 65_536), ("127.0.0.1\0", 80)] {
            #expect(try services.connect(Bytes(host).span, port: port) == -EINVAL)
        }
    }
}
