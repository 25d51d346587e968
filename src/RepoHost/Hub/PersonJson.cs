using System.Text.Json.Nodes;
using RepoHost.Data;

namespace RepoHost.Hub;

/// <summary>A person as the access-request routes write one, keys in the recorded order (contract 6.4).</summary>
internal static class PersonJson
{
    public static string Avatar(string id) => $"/avatars/{id}.svg";

    public static JsonObject Of(User user)
    {
        var person = Person(user);
        // The Hub has no such key; people are written as the Hub writes them.
        if (user.IsService)
            person["isService"] = true;
        return person;
    }

    private static JsonObject Person(User user) => new()
    {
        ["_id"] = user.Id,
        ["avatarUrl"] = Avatar(user.Id),
        ["isPro"] = false,
        ["fullname"] = user.FullName.Length > 0 ? user.FullName : user.UserName,
        ["user"] = user.UserName,
        ["type"] = "user",
    };
}
