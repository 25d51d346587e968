using System.Text;
using System.Text.Json;

namespace RepoHost.EndToEnd.Load;

/// <summary>Requests as bytes, made once and sent often.</summary>
public static class RawRequest
{
    public static byte[] Get(string target, string? token = null) => Encoding.ASCII.GetBytes(Head("GET", target, token) + "\r\n");

    public static byte[] Json<T>(string method, string target, string token, T body) =>
        WithBody(method, target, token, "application/json", JsonSerializer.SerializeToUtf8Bytes(body));

    public static byte[] WithBody(string method, string target, string? token, string type, byte[] body) =>
        [.. BeginBody(method, target, token, type, body.Length), .. body];

    /// <summary>Everything that comes before the body.</summary>
    public static byte[] BeginBody(string method, string target, string? token, string type, int length) =>
        Encoding.ASCII.GetBytes($"{Head(method, target, token)}Content-Type: {type}\r\nContent-Length: {length}\r\n\r\n");

    private static string Head(string method, string target, string? token) =>
        $"{method} {target} HTTP/1.1\r\nHost: test\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}";
}
