using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What a program calls itself by its <c>User-Agent</c>, fit to be shown and to be part of a token's name. It proves nothing.</summary>
internal static class ProgramNames
{
    public const string Unknown = "unknown program";

    /// <summary>Whose login carries no more than the name of the library that it sends with. The client id that programs log in with is this one's.</summary>
    public const string HfCommand = "hf command";

    /// <summary>What <c>hf auth login</c> has sent with, through the years.</summary>
    private static readonly string[] HttpLibraries = ["python-httpx2/", "python-httpx/", "python-requests/"];

    public static string Of(string? userAgent)
    {
        // The Python client writes "transformers/5.1; hf_hub/1.29.0; python/3.13.5; …", or unknown/None before it.
        var products = (userAgent ?? "").Split([';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Clean).Where(product => product.Length > 0 && product != "unknown/None").ToList();
        var name = string.Join(' ', products.Take(3));
        if (products is [var only] && HttpLibraries.Any(library => only.StartsWith(library, StringComparison.Ordinal)))
            name = HfCommand;
        name = name.Length <= Lengths.Program ? name : name[..Lengths.Program].TrimEnd();
        return name.Length == 0 ? Unknown : name;
    }

    private static string Clean(string product) => string.Concat(product.Where(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '+'));
}
