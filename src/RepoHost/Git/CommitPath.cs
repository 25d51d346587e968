using System.Diagnostics.CodeAnalysis;

namespace RepoHost.Git;

/// <summary>
/// Which paths may be written. Odd names are allowed (contract 14.1); refused is what <c>git fsck</c> refuses, because some system would take it for
/// <c>.git</c> when it checks the repository out, and what climbs out of the repository (threat 40).
/// </summary>
internal static class CommitPath
{
    /// <summary>False with a sentence for the person.</summary>
    public static bool TryParse(string? text, out TreePath path, [NotNullWhen(false)] out string? fault)
    {
        path = default;
        fault = FaultOf(text);
        if (fault is null && !TreePath.TryParse(text, out path))
            fault = $"it has an empty, '.' or '..' part, begins with '/', or is over {TreePath.MaxBytes} bytes long";
        return fault is null;
    }

    private static string? FaultOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "it is empty";
        if (text.AsSpan().ContainsAny('\0', '\n', '\r'))
            return "it holds a line break or a zero character";
        if (text.StartsWith(@"..\", StringComparison.Ordinal))
            return @"it begins with '..\'";
        // More than this is refused for its length anyway.
        return text.Length <= TreePath.MaxBytes && text.Split('/', '\\').Any(IsDotGit) ? "a part of it is '.git', or is taken for it by some file system" : null;
    }

    private static bool IsDotGit(string piece) => IsNtfsDotGit(piece) || IsHfsDotGit(piece);

    /// <summary>git's path.c, is_ntfs_dotgit: dots and blanks at the end don't count, a colon begins the name of a stream, <c>git~1</c> is the short name.</summary>
    private static bool IsNtfsDotGit(string piece)
    {
        var colon = piece.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? piece : piece[..colon]).TrimEnd('.', ' ');
        return name.Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>git's utf8.c, next_hfs_char: these characters are passed over by HFS+.</summary>
    private static bool IsHfsDotGit(string piece) =>
        piece.Length > 4 && string.Concat(piece.Where(c => c is not ((>= '\u200c' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u206a' and <= '\u206f') or '\ufeff')))
            .Equals(".git", StringComparison.OrdinalIgnoreCase);
}
