using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RepoHost.Hosting;

/// <summary>
/// Time stamps on the wire: UTC with exactly three fraction digits and a Z. Every other form breaks some version of the Python client (contract 1.7, trap T15).
/// </summary>
internal sealed class HubTime : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Write(value));
}
