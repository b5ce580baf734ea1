using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace DeepNotes.Peers;

/// <summary>
/// Lets TorchSharp's native wrapper load where the C++ run-time library is older than GCC 13's. The wrapper then asks for the
/// symbol version GLIBCXX_3.4.32 for one symbol only, which <c>&lt;iostream&gt;</c> names to bind the version and nothing ever calls:
/// libtorch itself initialises the streams. So the need is marked weak in our copy of the file, and the loader passes over it.
/// </summary>
static class NativeWrapper
{
    const string File = "libLibTorchSharp.so";
    const string Version = "GLIBCXX_3.4.32";
    const string Symbol = "_ZSt21ios_base_library_initv";
    const uint VersionNeeds = 0x6ffffffe;   // SHT_GNU_verneed
    const ushort Weak = 2;                  // VER_FLG_WEAK

    /// <summary>Mends the wrapper in a folder if the machine needs it. To be called before TorchSharp is touched.</summary>
    public static void MendIfNeeded(string folder)
    {
        var path = Path.Combine(folder, File);
        if (!OperatingSystem.IsLinux() || !System.IO.File.Exists(path) || RuntimeLibraryHasSymbol()) return;
        var image = System.IO.File.ReadAllBytes(path);
        if (!Weaken(image)) return;
        // A new file in the old one's place: the old one may be linked to the package cache.
        var mended = path + ".mended";
        System.IO.File.WriteAllBytes(mended, image);
        System.IO.File.Move(mended, path, overwrite: true);
    }

    static bool RuntimeLibraryHasSymbol() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, Symbol, out _);

    /// <summary>Sets the weak flag of the version need in a 64-bit little-endian ELF image; false if there was nothing to set.</summary>
    static bool Weaken(Span<byte> image)
    {
        var sections = (int)BinaryPrimitives.ReadInt64LittleEndian(image[0x28..]);
        int sectionSize = Half(image, 0x3A), sectionCount = Half(image, 0x3C);
        var changed = false;
        for (var i = 0; i < sectionCount; i++)
        {
            var section = sections + i * sectionSize;
            if (Word(image, section + 4) != VersionNeeds) continue;
            var strings = sections + (int)Word(image, section + 40) * sectionSize;
            var names = (int)BinaryPrimitives.ReadInt64LittleEndian(image[(strings + 24)..]);

            // A list of libraries (count at +2, first need at +8, next library at +12), each with a list of needs
            // (flags at +4, name at +8, next need at +12); the links are relative and zero ends a list.
            for (var library = (int)BinaryPrimitives.ReadInt64LittleEndian(image[(section + 24)..]); ;)
            {
                for (var need = library + (int)Word(image, library + 8); ;)
                {
                    var flags = Half(image, need + 4);
                    if (NameAt(image, names + (int)Word(image, need + 8)) == Version && (flags & Weak) == 0)
                    {
                        BinaryPrimitives.WriteUInt16LittleEndian(image[(need + 4)..], (ushort)(flags | Weak));
                        changed = true;
                    }
                    var nextNeed = (int)Word(image, need + 12);
                    if (nextNeed == 0) break;
                    need += nextNeed;
                }
                var nextLibrary = (int)Word(image, library + 12);
                if (nextLibrary == 0) break;
                library += nextLibrary;
            }
        }
        return changed;
    }

    static ushort Half(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);
    static uint Word(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);
    static string NameAt(ReadOnlySpan<byte> image, int at) => Encoding.ASCII.GetString(image.Slice(at, image[at..].IndexOf((byte)0)));
}
