using System.Text;
using System.Text.Json;

namespace RepoHost.EndToEnd.Load;

/// <summary>Requests as bytes, made once and sent often.</summary>
public static class RawRequest
{
    public static byte[] Get(string target, string token) =>
        Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n\r\n");

    public static byte[] Json<T>(string method, string target, string token, T body)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(body);
        var head = $"{method} {target} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. content];
    }
}
