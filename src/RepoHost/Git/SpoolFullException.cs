namespace RepoHost.Git;

/// <summary>There is no room, or no turn, for what a request sends. It may try again later; the message is for the person.</summary>
internal sealed class SpoolFullException(string message) : TimeoutException(message)
{
    public static SpoolFullException Own() => new("Your other transfers take all the room that one caller may have here for transfers under way. Try again when they are done.");

    public static SpoolFullException All() => new("The server has no room for more transfers at the moment. Try again in a moment.");

    public static SpoolFullException TooSlow() => new("The transfer was too slow while others waited. Try again when the server is less busy, or from a faster connection.");
}
