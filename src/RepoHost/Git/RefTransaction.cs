using System.Text;
using RepoHost.Storage;

namespace RepoHost.Git;

/// <summary>Changes refs, all of them or none, through <c>git update-ref --stdin</c>: git's own locks, reflog and fsync.</summary>
internal static class RefTransaction
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Call it only while holding the repository's <see cref="RepositoryLock"/>. A lock file of git's that is there then belongs to nobody who is alive, or to the
    /// orphan of a server that was killed just now, which needs milliseconds: it is waited for, and then removed.
    /// </summary>
    /// <param name="actor">Who is written into the reflog.</param>
    public static async Task<RefUpdateOutcome> RunAsync(string folder, IReadOnlyCollection<RefUpdate> updates, string actor, CancellationToken cancellationToken)
    {
        var script = Script(updates);
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (await TryAsync(folder, script, actor, cancellationToken) is { } outcome)
            {
                if (outcome == RefUpdateOutcome.Done)
                    FlushNames(folder, updates);
                return outcome;
            }

            if (waited >= Patience)
                RemoveLocks(folder, updates);
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static byte[] Script(IReadOnlyCollection<RefUpdate> updates)
    {
        var script = new StringBuilder("start\n");
        foreach (var update in updates)
        {
            if (!RefName.IsValid(update.FullName))
                throw new ArgumentException("Not the name of a ref.", nameof(updates));
            script.Append((update.Old, update.New) switch
            {
                (null, { } target) => $"create {update.FullName} {target}\n",
                ({ } old, { } target) => $"update {update.FullName} {target} {old}\n",
                ({ } old, null) => $"delete {update.FullName} {old}\n",
                _ => "",
            });
        }

        return Encoding.UTF8.GetBytes(script.Append("prepare\ncommit\n").ToString());
    }

    /// <summary>Null: a lock is held.</summary>
    private static async Task<RefUpdateOutcome?> TryAsync(string folder, byte[] script, string actor, CancellationToken cancellationToken)
    {
        var start = GitProgram.Describe(folder, "update-ref", "--stdin");
        start.Environment["GIT_COMMITTER_NAME"] = actor;
        start.Environment["GIT_COMMITTER_EMAIL"] = $"{actor}@localhost";
        try
        {
            // Once begun it is not called off: the caller would not know which of the two it was.
            cancellationToken.ThrowIfCancellationRequested();
            await GitProgram.RunAsync(start, async (input, ct) => await input.WriteAsync(script, ct), null, CancellationToken.None);
            return RefUpdateOutcome.Done;
        }
        catch (GitProgramException e) when (IsLocked(e.Message))
        {
            return null;
        }
        catch (GitProgramException e) when (e.Message.Contains("cannot create", StringComparison.Ordinal) || e.Message.Contains("there are still refs under", StringComparison.Ordinal))
        {
            return RefUpdateOutcome.NameTaken;
        }
        catch (GitProgramException e) when (IsMoved(e.Message))
        {
            return RefUpdateOutcome.Moved;
        }
    }

    // lockfile.c, and refs/packed-backend.c, which writes packed-refs.new without a lock of its own.
    private static bool IsLocked(string said) =>
        said.Contains(".lock': File exists", StringComparison.Ordinal)
        || (said.Contains("packed-refs.new", StringComparison.Ordinal) && said.Contains("File exists", StringComparison.Ordinal));

    // refs/files-backend.c and refs.c, in the C locale.
    private static bool IsMoved(string said) =>
        said.Contains("but expected", StringComparison.Ordinal) || said.Contains("reference already exists", StringComparison.Ordinal)
        || said.Contains("unable to resolve reference", StringComparison.Ordinal) || said.Contains("reference is missing", StringComparison.Ordinal);

    /// <summary>Git flushes what it writes into a ref, but not the folder in which the file then gets its name: that could be the old one after a power loss.</summary>
    private static void FlushNames(string folder, IReadOnlyCollection<RefUpdate> updates)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal) { folder };
        foreach (var update in updates)
        {
            for (var name = Path.GetDirectoryName(update.FullName); !string.IsNullOrEmpty(name); name = Path.GetDirectoryName(name))
                folders.Add(Path.Join(folder, name));
        }

        // Git removes a folder that a deletion has emptied.
        foreach (var changed in folders.Where(Directory.Exists))
            DurableFolder.Flush(changed);
    }

    private static void RemoveLocks(string folder, IReadOnlyCollection<RefUpdate> updates)
    {
        foreach (var name in updates.Select(update => update.FullName).Append("HEAD").Append("packed-refs"))
            File.Delete(Path.Join(folder, name) + ".lock");
        File.Delete(Path.Join(folder, "packed-refs.new"));
    }
}
