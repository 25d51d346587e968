using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>
/// The rules of <c>.gitattributes</c> or <c>.gitignore</c> can't be applied within bounds. What they say is then not known, so nothing may be answered in
/// their name. The message is a sentence for the person.
/// </summary>
internal sealed class UnusableRulesException : Exception
{
    private UnusableRulesException(string message, bool isTooMuchWork = false)
        : base(message) => IsTooMuchWork = isTooMuchWork;

    /// <summary>More work may be allowed; otherwise a file is too large, however much is allowed.</summary>
    public bool IsTooMuchWork { get; }

    public static UnusableRulesException TooMuchWork() => new(
        $"Matching these paths against the patterns of {GitAttributes.FileName} and {GitIgnore.FileName} takes too long. "
        + "Send fewer files at once, or make the patterns fewer and simpler.",
        isTooMuchWork: true);

    /// <param name="file">Its path, as the person knows it.</param>
    public static UnusableRulesException TooLarge(TreePath file) => new(
        $"{file} is larger than 256 KiB and is not read, so what it says about these files is not known. Make it shorter and commit it alone; then try again.");
}
