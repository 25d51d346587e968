using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// Reads commit objects whose headers are not as git writes them. Whatever stands there, there is a commit to show: git's own rules ask for a tree and parents that can be
/// read, and for nothing else. A time that is none is the author's instead of the committer's, and 1970 if that is none either, as <c>git log</c> has it.
/// </summary>
internal static class CommitText
{
    /// <summary>So much of a commit is read. Pushed ones have a megabyte at most.</summary>
    public const int MostBytes = 1 << 20;

    private const string NoName = "unknown";
    private const int LongestZone = 14 * 60;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>Null when it names no tree: then it is none.</summary>
    /// <param name="faults">Receives a few words for each thing that is not as git writes it.</param>
    public static CommitRecord? Read(GitOid id, ReadOnlySpan<byte> text, ICollection<string>? faults = null)
    {
        var (tree, parents) = ((GitOid?)null, new List<GitOid>());
        ReadOnlySpan<byte> author = default, committer = default, encodingName = default;
        while (!text.IsEmpty && text[0] != '\n')
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (tree is null && After(line, "tree "u8, out var value) && GitOid.TryParse(Encoding.ASCII.GetString(value), out var found))
                tree = found;
            else if (author.IsEmpty && After(line, "parent "u8, out value) && GitOid.TryParse(Encoding.ASCII.GetString(value), out found))
                parents.Add(found);
            else if (author.IsEmpty && After(line, "author "u8, out value))
                author = value;
            else if (committer.IsEmpty && After(line, "committer "u8, out value))
                committer = value;
            else if (encodingName.IsEmpty && After(line, "encoding "u8, out value))
                encodingName = value;
        }

        if (tree is null)
            return null;
        var encoding = EncodingOf(encodingName, faults);
        var message = text.IsEmpty ? text : text[1..];
        var zero = message.IndexOf((byte)0);
        var (title, rest) = CommitRecord.Split(Decode(zero < 0 ? message : message[..zero], encoding, "the message", faults));
        var (name, email) = Person(author, encoding, faults);
        return new(new(id, title, rest, name, email, When(author, committer, faults), parents), tree.Value);
    }

    private static bool After(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = line.StartsWith(key) ? line[key.Length..] : default;
        return line.StartsWith(key);
    }

    private static string Decode(ReadOnlySpan<byte> bytes, Encoding encoding, string what, ICollection<string>? faults)
    {
        var text = encoding.GetString(bytes);
        if (text.Contains('\ufffd', StringComparison.Ordinal) && !(encoding == Utf8 && System.Text.Unicode.Utf8.IsValid(bytes)))
            faults?.Add(encoding == Utf8 ? $"{what} is not UTF-8, and no encoding is named" : $"{what} is not in the encoding that is named");
        return text;
    }

    /// <summary>git's commit.c: the encoding is that of the names and the message, and UTF-8 when none is named.</summary>
    private static Encoding EncodingOf(ReadOnlySpan<byte> name, ICollection<string>? faults)
    {
        if (name.IsEmpty)
            return Utf8;
        var text = Encoding.Latin1.GetString(name).Trim();
        foreach (var spelling in (string[])[text, text.Replace("latin-", "latin", StringComparison.OrdinalIgnoreCase), text.Replace("cp", "windows-", StringComparison.OrdinalIgnoreCase),
            text.Replace("euc", "euc-", StringComparison.OrdinalIgnoreCase)])
        {
            // A header's own letters are ASCII, so no encoding can be meant in which they are others.
            if (Find(spelling) is { } found && found.GetString("Aa <"u8) == "Aa <")
                return found is UTF8Encoding ? Utf8 : found;
        }

        faults?.Add($"its encoding {Plain(text)} is not known; it is read as UTF-8");
        return Utf8;
    }

    private static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static (string Name, string Email) Person(ReadOnlySpan<byte> line, Encoding encoding, ICollection<string>? faults)
    {
        if (line.IsEmpty)
        {
            faults?.Add("it has no author");
            return (NoName, "");
        }

        var (open, close) = (line.LastIndexOf((byte)'<'), line.LastIndexOf((byte)'>'));
        var hasMail = open >= 0 && close > open;
        if (!hasMail)
            faults?.Add("its author has no mail address in < and >");
        var name = Decode(hasMail ? line[..open] : line, encoding, "the author's name", faults).Trim();
        return (name, hasMail ? Decode(line[(open + 1)..close], encoding, "the author's mail address", faults).Trim() : "");
    }

    private static DateTimeOffset When(ReadOnlySpan<byte> author, ReadOnlySpan<byte> committer, ICollection<string>? faults)
    {
        if (Time(committer, "committer", faults) is { } when)
            return when;
        return Time(author, "author", faults) ?? DateTimeOffset.UnixEpoch;
    }

    /// <summary>Null when there is no time that a calendar knows.</summary>
    private static DateTimeOffset? Time(ReadOnlySpan<byte> line, string who, ICollection<string>? faults)
    {
        var words = Encoding.Latin1.GetString(line[(line.LastIndexOf((byte)'>') + 1)..]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (line.IsEmpty || words.Length == 0 || !long.TryParse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            faults?.Add(line.IsEmpty ? $"it has no {who}" : $"the time of its {who} is missing or no number");
            return null;
        }

        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            faults?.Add(string.Create(CultureInfo.InvariantCulture, $"the time of its {who} is {seconds}, which is no time in seconds since 1970; milliseconds may have been meant"));
            return null;
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (words.Length < 2 || ZoneOf(words[1]) is not { } zone)
        {
            faults?.Add($"the time zone of its {who} is missing or none");
            return time;
        }

        // At either end of the calendar a zone leads out of it.
        var local = time.Ticks + zone.Ticks;
        return local < DateTime.MinValue.Ticks || local > DateTime.MaxValue.Ticks ? time : time.ToOffset(zone);
    }

    private static TimeSpan? ZoneOf(string text)
    {
        if (text is not ['+' or '-', _, _, _, _] || !int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var minutes = (number / 100 * 60) + (number % 100);
        return minutes > LongestZone || number % 100 > 59 ? null : TimeSpan.FromMinutes(text[0] == '-' ? -minutes : minutes);
    }

    private static string Plain(string text) => string.Concat(text.Take(40).Where(c => c is > ' ' and < '\x7f'));
}
