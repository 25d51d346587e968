using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// Objects as they are stored, by one <c>git cat-file</c> that is asked for one after the other: for the few that libgit2 can't parse, or of which it loses something.
/// For one thread; ends the process when disposed.
/// </summary>
internal sealed class RawObjects : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly Process process;
    private readonly BufferedStream answers;

    public RawObjects(string folder)
    {
        process = Begin(folder, "cat-file", "--batch");
        answers = new BufferedStream(process.StandardOutput.BaseStream, BufferSize);
    }

    /// <summary>Null when there is no such object, or it is of another type.</summary>
    /// <param name="type"><c>commit</c>, <c>tree</c> or <c>tag</c>.</param>
    /// <param name="most">Bytes that are kept of a longer one.</param>
    public (byte[] Content, long Size)? Read(GitOid oid, string type, int most)
    {
        process.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes($"{oid}\n"));
        process.StandardInput.BaseStream.Flush();
        // "<id> <type> <size>", or "<id> missing"; git-cat-file, "Batch Output".
        if (ReadLine().Split(' ') is not [_, var found, var length])
            return null;
        var size = long.Parse(length, CultureInfo.InvariantCulture);
        var content = new byte[Math.Min(size, most)];
        answers.ReadExactly(content);
        Skip(size - content.Length + 1);
        return found == type ? (content, size) : null;
    }

    /// <summary>How many commits a commit reaches, itself included, as git counts them whatever their headers say.</summary>
    public static int CountCommits(string folder, GitOid from)
    {
        using var counting = Begin(folder, "rev-list", "--count", from.ToString());
        counting.StandardInput.Close();
        var count = counting.StandardOutput.ReadToEnd();
        counting.WaitForExit();
        return counting.ExitCode == 0 ? int.Parse(count, CultureInfo.InvariantCulture) : throw new InvalidDataException($"the history of {from} can't be counted.");
    }

    public void Dispose()
    {
        GitProgram.Kill(process);
        process.Dispose();
    }

    private static Process Begin(string folder, params ReadOnlySpan<string> arguments)
    {
        var start = GitProgram.Describe(folder, arguments);
        PushedData.Limit(start);
        var process = Process.Start(start) ?? throw new InvalidOperationException("git could not be started.");
        // What it complains of is not read, but must not keep it waiting.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        int next;
        while ((next = answers.ReadByte()) is not '\n' and >= 0)
            line.Append((char)next);
        return next < 0 ? throw new InvalidDataException("git did not answer when it was asked for an object.") : line.ToString();
    }

    private void Skip(long bytes)
    {
        var buffer = new byte[BufferSize];
        while (bytes > 0)
        {
            var read = answers.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes));
            if (read == 0)
                throw new InvalidDataException("git broke off in the middle of an object.");
            bytes -= read;
        }
    }
}
