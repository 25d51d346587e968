using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>One run of <c>git fast-import</c> in a quarantine, asked and answered while it takes objects in. They are one pack when it has ended.</summary>
internal static class FastImport
{
    /// <param name="work">Writes commands, and may read what git answers. The objects are there when this method returns, not before.</param>
    /// <returns>The ids of the marks that were given out.</returns>
    public static async Task<IReadOnlyDictionary<int, GitOid>> RunAsync(Quarantine quarantine, Func<FastImportWriter, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var marks = Path.Combine(quarantine.Folder, $"marks-{Guid.NewGuid():N}");
        await GitDialog.RunAsync(
            // As fast as "git add" with its loose objects: level 1, and no search for differences between neighbours, which upkeep's repacking makes up for.
            GitProgram.Describe(quarantine.Folder, "-c", "pack.compression=1", "fast-import", "--quiet", "--depth=0", $"--export-marks={marks}"),
            (input, answers, ct) => work(new FastImportWriter(input, answers), ct),
            cancellationToken);
        return await ReadMarksAsync(marks, cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<int, GitOid>> ReadMarksAsync(string file, CancellationToken cancellationToken)
    {
        var marks = new Dictionary<int, GitOid>();
        if (!File.Exists(file))
            return marks;
        await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
        {
            if (line.Split(' ') is [var mark, var oid])
                marks[int.Parse(mark.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)] = GitOid.Parse(oid);
        }

        return marks;
    }
}
