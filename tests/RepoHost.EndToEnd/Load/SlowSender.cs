using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace RepoHost.EndToEnd.Load;

/// <summary>A request whose body comes in small pieces and has not ended when the attack does.</summary>
/// <param name="Head">Sent at once: the head and the beginning of the body.</param>
/// <param name="Piece">Sent ten times a second.</param>
public sealed record SlowSender(byte[] Head, byte[] Piece)
{
    /// <summary>Bytes in a second.</summary>
    public const int Pace = 2_000;

    private const int PieceBytes = Pace / 10;

    // The beginning of an object takes more than this pace brings in half a minute.
    private const int BodyBytes = 60_000;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    public static SlowSender Push(string repository, string token)
    {
        var commands = $"{Line($"{new string('0', 40)} {new string('2', 40)} refs/heads/slow\0report-status")}0000";
        // A pack of one blob of 64 kB, in a zlib stream that is not compressed: all of it is sound, as far as it goes.
        byte[] pack = [.. "PACK"u8, 0, 0, 0, 2, 0, 0, 0, 1, 0xbf, 0xff, 0x1f, 0x78, 0x01, 0x00, 0xff, 0xff, 0x00, 0x00];
        byte[] beginning = [.. Encoding.ASCII.GetBytes(commands), .. pack];
        return Begin($"/{repository}/git-receive-pack", token, "application/x-git-receive-pack-request", beginning, "a");
    }

    public static SlowSender Commit(string repository, string token)
    {
        var lines = "{\"key\":\"header\",\"value\":{\"summary\":\"s\"}}\n{\"key\":\"file\",\"value\":{\"path\":\"slow.txt\",\"encoding\":\"utf-8\",\"content\":\""u8;
        return Begin($"/api/models/{repository}/commit/main", token, "application/x-ndjson", lines.ToArray(), "a");
    }

    /// <param name="tip">A commit that the repository shows: git lets a client want it many times.</param>
    public static SlowSender Fetch(string repository, string token, string tip) =>
        Begin($"/{repository}/git-upload-pack", token, "application/x-git-upload-pack-request", [], Line($"want {tip}\n"));

    /// <summary>Sends until it is called off.</summary>
    /// <returns>The status, if there is an answer before.</returns>
    public async Task<int> SendAsync(Uri address, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // Not awaited, so that the attack counts as under way only when the server has this much.
        socket.Connect(address.Host, address.Port);
        socket.Send(Head);
        while (socket.Available == 0)
        {
            await Task.Delay(Rest, cancellationToken);
            await socket.SendAsync(Piece, cancellationToken);
        }

        var answer = new byte[12];
        await socket.ReceiveAsync(answer, cancellationToken);
        return int.Parse(Encoding.ASCII.GetString(answer, 9, 3), CultureInfo.InvariantCulture);
    }

    private static SlowSender Begin(string target, string token, string type, byte[] beginning, string pattern) => new(
        [.. RawRequest.BeginBody("POST", target, token, type, BodyBytes), .. beginning],
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(pattern, PieceBytes / pattern.Length))));

    private static string Line(string text) => (text.Length + 4).ToString("x4", CultureInfo.InvariantCulture) + text;
}
