using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO.Fuzz;

/// <summary>Files from anywhere are read or refused: no other exception, no memory beyond their size, no end of waiting.</summary>
public class FuzzTests
{
    private const int Few = 1_000, Many = 10_000;

    private static readonly Dictionary<string, (Func<Random, TemporaryDirectory, string> Write, Func<string, IEnumerable<Tensor>> Read)> Formats = new()
    {
        ["safetensors"] = (FuzzedFiles.Safetensors, path => Safetensors.Load(path).Values),
        ["safetensors mapped"] = (FuzzedFiles.Safetensors, Mapped),
        ["safetensors index"] = (FuzzedFiles.Index, path => Safetensors.LoadSharded(path).Values),
        ["npy"] = (FuzzedFiles.Npy, path => [Npy.Load(path)]),
        ["npz"] = (FuzzedFiles.Npz, path => Npy.LoadArchive(path).Values),
        ["pt"] = (FuzzedFiles.Pt, path => PyTorchFile.Load(path).Values),
        ["pt legacy"] = (FuzzedFiles.Legacy, path => PyTorchFile.Load(path).Values),
    };

    public static TheoryData<string> Names => [.. Formats.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_thousand_files_are_read_or_refused(string format) => FuzzRun.Check(Few, 0, Formats[format].Write, Formats[format].Read);

    [Theory, MemberData(nameof(Names)), Trait("Category", "Fuzz")]
    public void Ten_thousand_files_are_read_or_refused(string format) => FuzzRun.Check(Many, Few, Formats[format].Write, Formats[format].Read);

    [Fact]
    public void Entries_that_share_their_bytes_are_refused()
    {
        using var directory = new TemporaryDirectory();
        var zip = new ForgedZip();
        zip.Add("0.npy", new byte[1_000_000], deflate: true);
        for (int i = 1; i < 5000; i++) zip.List($"{i}.npy");
        string path = directory.Write("a.npz", zip.End());
        Assert.Contains("together longer", Assert.Throws<TensorFormatException>(() => Npy.LoadArchive(path)).Message);
    }

    [Fact]
    public void An_entry_that_claims_more_than_its_bytes_can_hold_is_refused()
    {
        using var directory = new TemporaryDirectory();
        var zip = new ForgedZip();
        zip.Add("a.npy", new byte[1000], deflate: true, size: 1 << 30);
        Assert.Contains("impossible", Assert.Throws<TensorFormatException>(() => Npy.LoadArchive(directory.Write("a.npz", zip.End()))).Message);
    }

    private static IEnumerable<Tensor> Mapped(string path)
    {
        var file = Safetensors.Open(path);
        return file.Names.Select(file.Load);
    }
}
