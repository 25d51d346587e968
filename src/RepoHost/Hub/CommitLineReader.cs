using System.Buffers;
using System.Security.Cryptography;

namespace RepoHost.Hub;

internal enum CommitLineRead
{
    Line,
    End,

    /// <summary>Longer than <see cref="CommitLineReader.LongestLine"/>, its one long text not counted.</summary>
    LineTooLong,
    SecondLongText,
    BodyTooLong,
}

/// <summary>
/// Splits the body of a commit into its lines, in bounded memory: a text longer than 64 KiB inside a line, which is a file's content of any size, goes into a file
/// as it stands, still escaped, and a random word takes its place in the line.
/// </summary>
internal sealed class CommitLineReader(Stream body, string folder, long bodyLimit) : IAsyncDisposable
{
    public const int LongestText = 64 * 1024;
    public const int LongestLine = 4 * 1024 * 1024;

    // JSON has no line feed inside a text; one that is there ends the line, which the parser then refuses.
    private static readonly SearchValues<byte> StopsInText = SearchValues.Create("\"\\\n"u8);
    private static readonly SearchValues<byte> StopsOutside = SearchValues.Create("\"\n"u8);

    private readonly byte[] buffer = new byte[128 * 1024];
    private readonly MemoryStream line = new();
    private int at;
    private int end;
    private long total;
    private bool inText;
    private bool escaped;
    private long textStart;
    private FileStream? longText;
    private bool spilling;

    /// <summary>Of the line just read, counted from 1.</summary>
    public int Number { get; private set; }

    public ReadOnlyMemory<byte> Line => line.GetBuffer().AsMemory(0, (int)line.Length);

    /// <summary>What stands in the line for its long text. Nobody can have sent it: it is made anew for each body.</summary>
    public string Placeholder { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));

    /// <summary>The long text of the line just read; what it holds is overwritten by the next.</summary>
    public string LongTextFile { get; } = Path.Combine(folder, "long-text");

    public async ValueTask<CommitLineRead> ReadAsync(CancellationToken cancellationToken)
    {
        await BeginLineAsync();
        while (true)
        {
            if (at == end)
            {
                (at, end) = (0, await body.ReadAsync(buffer, cancellationToken));
                if ((total += end) > bodyLimit)
                    return CommitLineRead.BodyTooLong;
                if (end == 0)
                    return line.Length > 0 ? await EndLineAsync() : CommitLineRead.End;
            }

            var (length, stop) = Next();
            if (await AppendAsync(buffer.AsMemory(at, length), cancellationToken) is { } fault)
                return fault;
            at += length + (stop == 0 ? 0 : 1);
            if (stop == '\n')
                return await EndLineAsync();
            if (stop == '"')
                PassQuote();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (longText is not null)
            await longText.DisposeAsync();
    }

    /// <summary>How much to take as it is, and the character behind it that means something.</summary>
    private (int Length, byte Stop) Next()
    {
        var rest = buffer.AsSpan(at, end - at);
        if (escaped)
        {
            escaped = false;
            return (1, 0);
        }

        var found = rest.IndexOfAny(inText ? StopsInText : StopsOutside);
        if (found < 0)
            return (rest.Length, 0);
        escaped = rest[found] == '\\';
        return escaped ? (found + 1, (byte)0) : (found, rest[found]);
    }

    private void PassQuote()
    {
        line.WriteByte((byte)'"');
        (inText, spilling, textStart) = (!inText, false, line.Length);
    }

    private async ValueTask<CommitLineRead?> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (spilling)
        {
            await longText!.WriteAsync(bytes, cancellationToken);
            return null;
        }

        line.Write(bytes.Span);
        if (inText && line.Length - textStart > LongestText)
        {
            if (longText is not null)
                return CommitLineRead.SecondLongText;
            longText = new FileStream(LongTextFile, FileMode.Create, FileAccess.Write, FileShare.None, buffer.Length, FileOptions.Asynchronous);
            await longText.WriteAsync(line.GetBuffer().AsMemory((int)textStart, (int)(line.Length - textStart)), cancellationToken);
            line.SetLength(textStart);
            line.Write(System.Text.Encoding.ASCII.GetBytes(Placeholder));
            spilling = true;
        }

        return line.Length > LongestLine ? CommitLineRead.LineTooLong : null;
    }

    private async ValueTask BeginLineAsync()
    {
        await DisposeAsync();
        longText = null;
        (inText, escaped, spilling) = (false, false, false);
        line.SetLength(0);
        Number++;
    }

    private async ValueTask<CommitLineRead> EndLineAsync()
    {
        // Whoever reads it opens it anew.
        await DisposeAsync();
        return CommitLineRead.Line;
    }
}
