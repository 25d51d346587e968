using System.Collections.Frozen;
using System.Globalization;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>
/// The paths of a gated repository that its authors have opened to everybody: the card's pictures, a licence under another name, a use policy. As everything in
/// <see cref="PublicFiles"/>, each is open at the tip of the default branch only, and <see cref="PublicNames"/> watches over what is put there.
/// </summary>
internal sealed record OpenFiles
{
    public const int Most = 100;

    public static readonly OpenFiles None = new([]);

    private OpenFiles(IReadOnlyList<TreePath> paths) => Paths = paths;

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<TreePath> Paths { get; }

    /// <summary>As the repository's row keeps it; null for none.</summary>
    public string? Text => Paths.Count == 0 ? null : string.Join('\n', Paths.Select(path => path.Value));

    public static OpenFiles Of(RepositoryRecord record) =>
        record.OpenFiles is null ? None : new([.. record.OpenFiles.Split('\n').Select(TreePath.Parse)]);

    /// <summary>Reads what somebody has written, a path a line; what is wrong with it is in <paramref name="fault"/>.</summary>
    public static bool TryRead(string written, out OpenFiles files, out string fault)
    {
        (files, fault) = (None, "");
        SortedSet<string> paths = new(StringComparer.Ordinal);
        foreach (var line in written.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TreePath.TryParse(line, out _) || line.Any(char.IsControl))
            {
                fault = line.StartsWith('/')
                    ? $"\"{Shortened(line)}\" begins with a slash. Write the path as it is in the repository, such as images/plot.png."
                    : $"\"{Shortened(line)}\" is no path of a file. Write one path a line, such as images/plot.png, without patterns and without '..'.";
                return false;
            }

            paths.Add(line);
        }

        if (paths.Count > Most || paths.Sum(path => path.Length + 1) > Lengths.OpenFiles)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"Open {Most} files at most, with {Lengths.OpenFiles} characters together.");
            return false;
        }

        files = new([.. paths.Select(TreePath.Parse)]);
        return true;
    }

    public bool Contains(TreePath path) => Paths.Contains(path);

    private static string Shortened(string line) => line.Length <= 100 ? line : line[..100] + "…";
}
