using System.Text;
using RepoHost.Lfs;
using Xunit;

namespace RepoHost.Tests.Lfs;

public sealed class LfsPointerTests
{
    private const string Oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
    private const string Start = "version https://git-lfs.github.com/spec/v1\n";

    [Fact]
    public void A_pointer_survives_writing_and_reading()
    {
        var pointer = new LfsPointer(LfsOid.Parse(Oid), 12345);
        Assert.Equal($"{Start}oid sha256:{Oid}\nsize 12345\n", Encoding.ASCII.GetString(pointer.ToBytes()));
        Assert.True(LfsPointer.TryParse(pointer.ToBytes(), out var read));
        Assert.Equal(pointer, read);
    }

    [Theory]
    [InlineData(Start + "ext-0-foo sha256:" + Oid + "\noid sha256:" + Oid + "\nsize 1\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize 0\nzebra stripes and more\n")]
    public void Other_keys_may_stand_in_order(string text) => Assert.True(LfsPointer.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("")]
    [InlineData(Start)]
    [InlineData(Start + "size 1\noid sha256:" + Oid + "\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize 1")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize 1\r\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize -1\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize +1\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize 1 \n")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize 99999999999999999999\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\nsize 1\n\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\noid sha256:" + Oid + "\nsize 1\n")]
    [InlineData(Start + "oid md5:" + Oid + "\nsize 1\n")]
    [InlineData(Start + "oid sha256:4D7A214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 1\n")]
    [InlineData(Start + "oid sha256:../../etc/passwd\nsize 1\n")]
    [InlineData(Start + "oid sha256:" + Oid + "\n")]
    [InlineData("version https://hawser.github.com/spec/v1\noid sha256:" + Oid + "\nsize 1\n")]
    [InlineData("\n" + Start + "oid sha256:" + Oid + "\nsize 1\n")]
    [InlineData("oid sha256:" + Oid + "\nsize 1\n" + Start)]
    public void Anything_else_is_an_ordinary_file(string text) => Assert.False(LfsPointer.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void A_pointer_is_shorter_than_1024_bytes()
    {
        var text = $"{Start}oid sha256:{Oid}\nsize 1\nzz ";
        Assert.True(LfsPointer.TryParse(Encoding.ASCII.GetBytes(text.PadRight(1022, 'x') + "\n"), out _));
        Assert.False(LfsPointer.TryParse(Encoding.ASCII.GetBytes(text.PadRight(1023, 'x') + "\n"), out _));
    }
}
