using System.Globalization;
using System.Text;

namespace RepoHost.Lfs;

/// <summary>Writes the stream that <c>git fast-import</c> reads: one commit, files inline, none of them held in memory.</summary>
internal sealed class FastImportWriter(Stream output)
{
    public async Task BeginCommitAsync(string branch, ImportAuthor author, DateTimeOffset when, string message, CancellationToken cancellationToken)
    {
        var signature = string.Create(CultureInfo.InvariantCulture, $"{Clean(author.Name)} <{Clean(author.Email)}> {when.ToUnixTimeSeconds()} +0000");
        await LineAsync($"commit refs/heads/{branch}\nauthor {signature}\ncommitter {signature}", cancellationToken);
        await DataAsync(Encoding.UTF8.GetBytes(message), cancellationToken);
    }

    public async Task FileAsync(string mode, string path, byte[] content, CancellationToken cancellationToken)
    {
        await LineAsync($"M {mode} inline {QuotedText.Write(path)}", cancellationToken);
        await DataAsync(content, cancellationToken);
    }

    public async Task FileAsync(string mode, string path, Stream content, long length, CancellationToken cancellationToken)
    {
        await LineAsync($"M {mode} inline {QuotedText.Write(path)}", cancellationToken);
        await LineAsync(string.Create(CultureInfo.InvariantCulture, $"data {length}"), cancellationToken);
        var buffer = new byte[64 * 1024];
        for (var left = length; left > 0;)
        {
            var count = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            if (count == 0)
                throw new ImportException($"{path} became shorter while it was read.");
            await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            left -= count;
        }

        await LineAsync("", cancellationToken);
    }

    // "done" makes a stream that broke off a failure instead of a shorter commit.
    public Task EndAsync(CancellationToken cancellationToken) => LineAsync("done", cancellationToken);

    private async Task DataAsync(byte[] content, CancellationToken cancellationToken)
    {
        await LineAsync(string.Create(CultureInfo.InvariantCulture, $"data {content.Length}"), cancellationToken);
        await output.WriteAsync(content, cancellationToken);
        await LineAsync("", cancellationToken);
    }

    private async Task LineAsync(string text, CancellationToken cancellationToken) =>
        await output.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), cancellationToken);

    private static string Clean(string text) => string.Concat(text.Where(c => c is not ('<' or '>') && !char.IsControl(c))).Trim();
}
