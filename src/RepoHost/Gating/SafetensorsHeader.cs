using System.Buffers.Binary;
using System.Text.Json;

namespace RepoHost.Gating;

/// <summary>
/// Counts the parameters of a .safetensors file by its header: eight bytes that say how long it is, then JSON that names every tensor with its kind of numbers
/// and its shape. The tensors themselves are not read.
/// </summary>
internal static class SafetensorsHeader
{
    public const int LengthBytes = 8;

    /// <summary>Of the JSON; that of a very large model has about one megabyte.</summary>
    public const int Longest = 8 << 20;

    /// <returns>How long the JSON is; null when this is no such file, or it is longer than is read here.</returns>
    public static int? LengthIn(ReadOnlySpan<byte> beginning) =>
        beginning.Length >= LengthBytes && BinaryPrimitives.ReadUInt64LittleEndian(beginning) is > 1 and <= Longest and var length ? (int)length : null;

    /// <summary>Adds what the header names.</summary>
    /// <param name="parameters">How many there are of each kind, such as F16.</param>
    /// <returns>False when it can't be read; then nothing was added that can be relied upon.</returns>
    public static bool TryCount(ReadOnlySpan<byte> json, Dictionary<string, long> parameters)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isTensor = !reader.ValueTextEquals("__metadata__"u8);
                reader.Read();
                if (!isTensor)
                    reader.Skip();
                else if (!TryTensor(ref reader, parameters))
                    return false;
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException or FormatException)
        {
            return false;
        }
    }

    private static bool TryTensor(ref Utf8JsonReader reader, Dictionary<string, long> parameters)
    {
        var (kind, count) = ((string?)null, (long?)null);
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isKind, isShape) = (reader.ValueTextEquals("dtype"u8), reader.ValueTextEquals("shape"u8));
            reader.Read();
            if (isKind)
                kind = reader.GetString();
            else if (isShape)
                count = Product(ref reader);
            else
                reader.Skip();
        }

        // Kinds have a few letters; there are a few of them.
        if (kind is not { Length: > 0 and <= 16 } || count is not { } found || (parameters.Count >= 32 && !parameters.ContainsKey(kind)))
            return false;
        parameters[kind] = checked(parameters.GetValueOrDefault(kind) + found);
        return true;
    }

    private static long? Product(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return null;
        var product = 1L;
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out var size) || size < 0)
                return null;
            product = checked(product * size);
        }

        return reader.TokenType == JsonTokenType.EndArray ? product : null;
    }
}
