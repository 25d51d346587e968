using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace RepoHost.EndToEnd.Load;

/// <summary>A connection that is kept, with as little work on this side as there can be: the tests share the processors with the server.</summary>
public sealed class RawConnection(Uri address) : IDisposable
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private Socket? socket;

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <returns>The status.</returns>
    public async Task<int> ExchangeAsync(byte[] request, CancellationToken cancellationToken)
    {
        if (socket is null)
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        }

        for (var sent = 0; sent < request.Length;)
            sent += await socket.SendAsync(request.AsMemory(sent), cancellationToken);
        var (read, headEnd) = (0, -1);
        while (headEnd < 0)
        {
            read += await ReceiveAsync(buffer.AsMemory(read), cancellationToken);
            headEnd = buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
        }

        var head = Encoding.ASCII.GetString(buffer, 0, headEnd);
        await ReadBodyAsync(head, read - headEnd - 4, buffer.AsMemory(headEnd + 4, read - headEnd - 4).ToArray(), cancellationToken);
        if (head.Contains("\r\nConnection: close", StringComparison.OrdinalIgnoreCase))
            Dispose();
        return int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async Task ReadBodyAsync(string head, int read, byte[] beginning, CancellationToken cancellationToken)
    {
        if (Header(head, "Content-Length") is { } length)
        {
            for (var left = long.Parse(length, CultureInfo.InvariantCulture) - read; left > 0;)
                left -= await ReceiveAsync(buffer, cancellationToken);
            return;
        }

        if (Header(head, "Transfer-Encoding") is null)
            return;
        // An answer in chunks ends with an empty one.
        var end = beginning.TakeLast(5).ToArray();
        while (!end.AsSpan().SequenceEqual("0\r\n\r\n"u8))
        {
            var count = await ReceiveAsync(buffer, cancellationToken);
            end = [.. end.Concat(buffer.Take(count)).TakeLast(5)];
        }
    }

    private async Task<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken) =>
        await socket!.ReceiveAsync(into, cancellationToken) is > 0 and var count ? count : throw new IOException("The server closed the connection.");

    private static string? Header(string head, string name)
    {
        var at = head.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : head[(at + name.Length + 4)..].Split("\r\n")[0];
    }
}
