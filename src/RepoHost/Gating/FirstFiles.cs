using System.Text;
using GateMiddleware.ModelCards;
using Microsoft.Extensions.Options;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <param name="Files">What the first commit holds.</param>
/// <param name="Fault">Why it can't be; a sentence for the person.</param>
internal sealed record FirstFilesChoice(IReadOnlyList<FirstFile> Files, string? Fault);

/// <summary>
/// With what a repository begins (contract 7.1): the given files, an attributes file and, where there is something to say, a card. The rules for pushes hold
/// here too; there is no earlier card whose gate could be lowered.
/// </summary>
internal sealed class FirstFiles(IOptions<PushOptions> options, UploadRules rules)
{
    /// <summary>
    ///  1 the paths are usable and don't stand in each other's way
    ///  2 what nobody has to send is added
    ///  3 each file is one that Git itself keeps
    ///  4 the card can be read, or its gate would not be known
    /// </summary>
    public FirstFilesChoice Choose(string? license, string? sdk, IReadOnlyList<FirstFile> given, CancellationToken cancellationToken)
    {
        // 1
        if (PathFault(given) is { } pathFault)
            return new([], pathFault);

        // 2
        List<FirstFile> files = [.. given];
        if (!given.Any(file => file.Path == GitAttributes.FileName))
            files.Insert(0, FirstFile.Attributes());
        if (!given.Any(file => file.Path == CardReader.FileName) && (license ?? sdk) is not null)
            files.Add(new(CardReader.FileName, Encoding.UTF8.GetBytes(CardText(license, sdk))));

        // 3
        if (LfsFault(files, rules.Work(cancellationToken)) is { } lfsFault)
            return new([], lfsFault);

        // 4
        var card = files.Find(file => file.Path == CardReader.FileName) is { } readme ? ModelCardReader.Read(readme.Content) : null;
        return card is { Readable: false } ? new([], CardProblemText.Of(card)) : new(files, null);
    }

    private static string? PathFault(IReadOnlyList<FirstFile> given)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in given)
        {
            if (!CommitPath.TryParse(file.Path, out _, out var fault))
                return $"\"{file.Path}\" is not a path that a file can have: {fault}.";
            if (!paths.Add(file.Path))
                return $"The file {file.Path} is there twice.";
        }

        foreach (var file in given)
        {
            for (var folder = TreePath.Parse(file.Path).Parent; !folder.IsRoot; folder = folder.Parent)
            {
                if (paths.Contains(folder.Value))
                    return $"{folder.Value} can't be a file and the folder of {file.Path}.";
            }
        }

        return null;
    }

    private string? LfsFault(List<FirstFile> files, GlobWork work)
    {
        var attributes = GitAttributes.Parse(
            files.Select(file => (Path: TreePath.Parse(file.Path), file.Content)).Where(file => file.Path.Name == GitAttributes.FileName)
                .ToDictionary(file => file.Path.Parent, file => Encoding.UTF8.GetString(file.Content)),
            work);
        try
        {
            return files.Select(file => (file.Path, Reason: LfsReason(file, attributes))).FirstOrDefault(file => file.Reason is not null) is (var path, { } reason)
                ? $"{path} {reason}. Create the repository without it and upload it afterwards."
                : null;
        }
        catch (UnusableRulesException unusable)
        {
            return unusable.Message;
        }
    }

    private string? LfsReason(FirstFile file, GitAttributes attributes)
    {
        if (file.Content.Length > options.Value.LargestFileBytes)
            return $"is larger than {ByteCount.Of(options.Value.LargestFileBytes)} and belongs into LFS";
        if (file.Content.Length <= LfsPointer.MaxBytes && LfsPointer.TryParse(file.Content, out _))
            return "is an LFS pointer, and the repository was not given its content";
        var path = TreePath.Parse(file.Path);
        return !UploadModes.IsGitsOwn(path) && attributes.IsLfs(path) ? "is kept in LFS, as .gitattributes says" : null;
    }

    private static string CardText(string? license, string? sdk) =>
        $"---\n{(license is null ? "" : $"license: {license}\n")}{(sdk is null ? "" : $"sdk: {sdk}\n")}---\n";
}
