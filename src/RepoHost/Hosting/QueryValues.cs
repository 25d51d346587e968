using Microsoft.Extensions.Primitives;

namespace RepoHost.Hosting;

/// <summary>Query parameters in all the spellings that clients use (contract 1.7, traps T20 and T21).</summary>
internal static class QueryValues
{
    /// <summary><c>true</c>, <c>True</c> and <c>1</c> are yes; anything else, and nothing, is no.</summary>
    public static bool Flag(this IQueryCollection query, string name) => IsTrue(query[name]);

    public static bool IsTrue(StringValues value) =>
        value.Count > 0 && (string.Equals(value[^1], "true", StringComparison.OrdinalIgnoreCase) || value[^1] == "1");

    /// <summary>A list parameter, written <c>expand=a&amp;expand=b</c> or <c>expand[]=a</c>.</summary>
    public static IReadOnlyList<string> List(this IQueryCollection query, string name)
    {
        var plain = query[name];
        var bracketed = query[name + "[]"];
        if (plain.Count == 0 && bracketed.Count == 0)
            return [];
        return [.. plain.Concat(bracketed).OfType<string>().Where(v => v.Length > 0)];
    }

    /// <summary>A whole number; null when absent or not a number.</summary>
    public static int? Number(this IQueryCollection query, string name) =>
        int.TryParse(query[name], System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : null;
}
