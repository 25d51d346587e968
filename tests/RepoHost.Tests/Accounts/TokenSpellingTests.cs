using System.Buffers.Text;
using System.Security.Cryptography;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class TokenSpellingTests
{
    private static string Jwt(int header, int payload, int signature)
        => string.Join('.', new[] { header, payload, signature }.Select(n => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(n))));

    [Fact]
    public void Every_jwt_that_fits_comes_back_as_it_was()
    {
        for (var header = 0; header < 40; header++)
        {
            for (var payload = 30; payload < 110; payload += 7)
            {
                var jwt = Jwt(header, payload, 32);
                var text = TokenSpelling.Spell(jwt);
                Assert.InRange(text.Length, 37, 256);
                Assert.Matches("^hf_[A-Za-z0-9]+$", text);
                Assert.Equal(jwt, TokenSpelling.ReadOrNull(text));
            }
        }
    }

    [Fact]
    public void Zeros_at_every_end_of_every_part_are_kept()
    {
        var zeros = Base64Url.EncodeToString(new byte[12]);
        var jwt = $"{zeros}.{zeros}.{zeros}";
        Assert.Equal(jwt, TokenSpelling.ReadOrNull(TokenSpelling.Spell(jwt)));
    }

    [Fact]
    public void A_jwt_that_would_be_longer_than_clients_accept_is_not_spelled()
        => Assert.Throws<ArgumentException>(() => TokenSpelling.Spell(Jwt(60, 130, 32)));

    [Theory]
    [InlineData("")]
    [InlineData("hf_")]
    [InlineData("hf_00000000000000000000000000000000000000000000000000")]
    [InlineData("HF_1234567890123456789012345678901234567890")]
    [InlineData("hf_123456789012345678901234567890123456789é")]
    [InlineData("hf_1234567890123456789012345678901234567.9")]
    [InlineData("hf_123456789012345678901234567890 12345679")]
    [InlineData("hf_123456789012345678901234567890\012345679")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")]
    public void Junk_is_null_and_nothing_worse(string text) => Assert.Null(TokenSpelling.ReadOrNull(text));

    [Fact]
    public void Random_text_of_every_length_is_read_without_a_fault_and_has_one_spelling_at_most()
    {
        const string letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (var length = 0; length <= 300; length++)
        {
            for (var i = 0; i < 50; i++)
            {
                var text = "hf_" + RandomNumberGenerator.GetString(letters, length);
                if (TokenSpelling.ReadOrNull(text) is { } jwt)
                    Assert.Equal(text, TokenSpelling.Spell(jwt));
            }
        }
    }

    [Fact]
    public void A_changed_character_never_reads_as_the_same_jwt()
    {
        var jwt = Jwt(32, 90, 32);
        var text = TokenSpelling.Spell(jwt).ToCharArray();
        for (var i = 3; i < text.Length; i++)
        {
            var was = text[i];
            text[i] = was == 'a' ? 'b' : 'a';
            Assert.NotEqual(jwt, TokenSpelling.ReadOrNull(text));
            text[i] = was;
        }
    }
}
