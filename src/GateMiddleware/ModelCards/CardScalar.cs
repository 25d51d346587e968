using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GateMiddleware.ModelCards;

internal enum CardScalarKind
{
    Text,
    Null,
    True,
    False,
    Number,
}

/// <summary>A scalar as YAML 1.2's core schema reads it (section 10.3.2): <c>yes</c>, <c>on</c> and dates are text.</summary>
internal sealed partial record CardScalar(CardScalarKind Kind, string Text)
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    /// <summary>Reads one scalar. Plain ones without a tag are resolved; quoted ones and those with the tag <c>!</c> are text.</summary>
    /// <returns>Null when the tag is not of the core schema, or the text is not what the tag promises.</returns>
    public static CardScalar? Resolve(string text, bool plain, string? tag)
    {
        if (string.IsNullOrEmpty(tag)) return plain ? new CardScalar(KindOf(text), text) : new CardScalar(CardScalarKind.Text, text);
        if (tag is "!" or TagPrefix + "str") return new CardScalar(CardScalarKind.Text, text);

        var kind = KindOf(text);
        var kept = tag switch
        {
            TagPrefix + "bool" => kind is CardScalarKind.True or CardScalarKind.False,
            TagPrefix + "int" or TagPrefix + "float" => kind is CardScalarKind.Number,
            TagPrefix + "null" => kind is CardScalarKind.Null,
            _ => false,
        };
        return kept ? new CardScalar(kind, text) : null;
    }

    public static bool IsCollectionTag(string tag, bool map) => tag is "!" || tag == TagPrefix + (map ? "map" : "seq");

    public JsonNode? ToJson() => Kind switch
    {
        CardScalarKind.Null => null,
        CardScalarKind.True => JsonValue.Create(true),
        CardScalarKind.False => JsonValue.Create(false),
        CardScalarKind.Number => NumberToJson(),
        _ => JsonValue.Create(Text),
    };

    private static CardScalarKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => CardScalarKind.Null,
        "true" or "True" or "TRUE" => CardScalarKind.True,
        "false" or "False" or "FALSE" => CardScalarKind.False,
        _ => text.Length <= 64 && NumberPattern().IsMatch(text) ? CardScalarKind.Number : CardScalarKind.Text,
    };

    // JSON has no infinity, no NaN and, for its readers, no integer beyond 64 bits: such numbers stay the text they were.
    private JsonValue NumberToJson()
    {
        if (Text.StartsWith("0x", StringComparison.Ordinal))
            return long.TryParse(Text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex) && hex >= 0 ? JsonValue.Create(hex) : JsonValue.Create(Text);
        if (Text.StartsWith("0o", StringComparison.Ordinal)) return OctalToJson();
        if (Text.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
            return long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? JsonValue.Create(integer) : JsonValue.Create(Text);
        return double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? JsonValue.Create(real) : JsonValue.Create(Text);
    }

    private JsonValue OctalToJson()
    {
        long value = 0;
        foreach (var digit in Text.AsSpan(2))
        {
            if (value > long.MaxValue >> 3) return JsonValue.Create(Text);
            value = (value << 3) + (digit - '0');
        }

        return JsonValue.Create(value);
    }

    [GeneratedRegex(@"\A(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();
}
