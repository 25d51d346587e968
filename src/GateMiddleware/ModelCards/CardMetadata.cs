using System.Text.Json.Nodes;

namespace GateMiddleware.ModelCards;

/// <summary>Checked nodes as JSON. The nodes are bounded in depth and number, so the JSON is too.</summary>
internal static class CardMetadata
{
    public static JsonObject ToJson(CardNode? root)
    {
        var json = new JsonObject();
        foreach (var entry in root?.Entries ?? []) json.Add(entry.Key, ToNode(entry.Value));
        return json;
    }

    private static JsonNode? ToNode(CardNode node)
    {
        if (node.Entries is not null) return ToJson(node);
        if (node.Items is null) return node.Scalar?.ToJson();

        var list = new JsonArray();
        foreach (var item in node.Items) list.Add(ToNode(item));
        return list;
    }
}
