using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Commands;

/// <summary>The options of <c>user limit</c>, <c>org limit</c> and <c>repo limit</c>, and how limits are shown.</summary>
internal static class LimitOptions
{
    private const string None = "none";
    private const string Default = "default";

    public static Option<LimitChange?> Bytes() => Make(
        "--bytes", "SIZE|none|default", "How many bytes: a size such as 500MB or 2TB. none: no limit. default: what the server's settings say.",
        text => ByteSize.TryParse(text, out var bytes) ? bytes : null);

    public static Option<LimitChange?> Repositories() => Make(
        "--repositories", "N|none|default", "How many repositories. none: no limit. default: what the server's settings say.",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null);

    /// <summary>Behind what is used and allowed.</summary>
    /// <param name="own">The limit of this one; null where the default holds.</param>
    public static string Origin(long? own) => own is null ? " (the server's default)." : ".";

    private static Option<LimitChange?> Make(string name, string help, string description, Func<string, long?> read) => new(name)
    {
        Description = description,
        HelpName = help,
        CustomParser = result => Read(result, name, read),
    };

    private static LimitChange? Read(ArgumentResult result, string name, Func<string, long?> read)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        switch (text.ToLowerInvariant())
        {
            case None:
                return new LimitChange(RepositoryUsage.NoLimit);
            case Default:
                return new LimitChange(null);
        }

        var value = read(text);
        if (value is > 0)
            return new LimitChange(value);
        // In the settings 0 is no limit; a command that meant the opposite would be a trap.
        result.AddError(value == 0
            ? $"{name} 0 could mean two things. Say none for no limit, or 1 to let nothing more in."
            : $"'{text}' is not a limit; write {(name == "--bytes" ? "a size such as 10GB" : "a number")}, none or default.");
        return null;
    }
}
