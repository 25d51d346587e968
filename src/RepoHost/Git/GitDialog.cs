using System.Diagnostics;

namespace RepoHost.Git;

/// <summary>A git program that is asked and answers in turn, as <c>git cat-file --batch</c> and <c>git fast-import</c> do.</summary>
internal static class GitDialog
{
    /// <param name="work">Writes into the first stream and reads the answers from the second. The program ends when it returns.</param>
    public static Task RunAsync(ProcessStartInfo start, Func<Stream, Stream, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var answers = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return GitProgram.RunAsync(
            start,
            async (input, ct) =>
            {
                try
                {
                    await using var buffered = new BufferedStream(input, 128 * 1024);
                    await work(buffered, await answers.Task, ct);
                }
                finally
                {
                    ended.SetResult();
                }
            },
            async (output, ct) =>
            {
                answers.SetResult(output);
                // Until then it is the worker who reads.
                await ended.Task.WaitAsync(ct);
                await output.CopyToAsync(Stream.Null, ct);
            },
            cancellationToken);
    }
}
