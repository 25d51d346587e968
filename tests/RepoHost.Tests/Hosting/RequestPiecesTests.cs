using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hosting;

public sealed class RequestPiecesTests
{
    [Theory]
    [InlineData("/a/b", "a|b")]
    [InlineData("/a/feature%2Fx/f", "a|feature/x|f")]
    [InlineData("/a/%252F", "a|%2F")]
    [InlineData("/a/%C3%BC%20%23", "a|ü #")]
    [InlineData("/a/+b", "a|+b")]
    [InlineData("/a//b", "a||b")]
    [InlineData("/a/", "a|")]
    public void Pieces_are_decoded_exactly_once(string path, string expected) => Assert.Equal(expected, string.Join('|', RequestPieces.Decode(path)!));

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/a/%2E%2E/b")]
    [InlineData("/a/%00")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Paths_that_step_aside_are_not_taken(string path) => Assert.Null(RequestPieces.Decode(path));
}
