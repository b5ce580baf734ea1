using System.Globalization;
using System.Text.Json;

namespace DeepNotes.IO;

public static partial class Safetensors
{
    private const string IndexName = "model.safetensors.index.json";
    private const string SingleName = "model.safetensors";
    private const int LongestIndex = 100_000_000;
    private const int MostShards = 99_999;

    /// <summary>Writes tensors to several files, <c>model-00001-of-00003.safetensors</c> and so on, and <c>model.safetensors.index.json</c>, which says where each is. Matches Hugging Face's form.</summary>
    /// <remarks>All files are written completely before the first takes its place; the index comes last. Shards of an earlier save that have other names stay where they are.</remarks>
    /// <param name="directory">The directory; made if it is not there.</param>
    /// <param name="tensors">The tensors by name; they fill the files in this order.</param>
    /// <param name="maxBytes">The most bytes of numbers in a file, 5 GB by default; a larger tensor has a file to itself.</param>
    /// <param name="metadata">Text to store in each file, or null for none. (The transformers library wants "format": "pt".)</param>
    /// <exception cref="ArgumentException">A name is that of the metadata entry, or there twice, or there would be more than 99,999 files.</exception>
    public static void SaveSharded(string directory, IEnumerable<KeyValuePair<string, Tensor>> tensors, long maxBytes = 5_000_000_000, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        var shards = new List<List<(string Name, Tensor Tensor)>> { new() };
        long total = 0, filled = 0;
        foreach (var entry in Collect(tensors))
        {
            long bytes = TensorBytes.Length(entry.Tensor);
            if (shards[^1].Count > 0 && filled + bytes > maxBytes)
            {
                shards.Add([]);
                filled = 0;
            }
            shards[^1].Add(entry);
            filled += bytes;
            total += bytes;
        }
        if (shards.Count > MostShards) throw new ArgumentException($"{total} bytes in files of {maxBytes} make {shards.Count} files; {MostShards} is the limit.", nameof(maxBytes));
        Directory.CreateDirectory(directory);
        using var files = new AtomicFile();
        for (int i = 0; i < shards.Count; i++)
        {
            var shard = shards[i];
            files.Add(Path.Combine(directory, ShardName(i, shards.Count)), stream => Write(stream, shard, metadata));
        }
        files.Add(Path.Combine(directory, IndexName), stream => WriteIndex(stream, shards, total));
        files.Commit();
    }

    /// <summary>Reads all tensors that an index lists, into memory.</summary>
    /// <remarks>The files must lie in the index's own directory under plain names, none a link that leads out of it: an index from outside reads nothing else.</remarks>
    /// <param name="path">An index, or a directory with <c>model.safetensors.index.json</c> or, if there is none, <c>model.safetensors</c>.</param>
    /// <returns>The tensors by name.</returns>
    /// <exception cref="TensorFormatException">The index or a file is not what it should be, or a listed file or tensor is not there; the message says which.</exception>
    /// <exception cref="FileNotFoundException">The directory holds neither.</exception>
    public static Dictionary<string, Tensor> LoadSharded(string path)
    {
        string index = path;
        if (Directory.Exists(path))
        {
            index = Path.Combine(path, IndexName);
            string single = Path.Combine(path, SingleName);
            if (!File.Exists(index) && File.Exists(single)) return Load(single);
            if (!File.Exists(index)) throw new FileNotFoundException($"{path} has neither {IndexName} nor {SingleName}.", index);
        }
        string directory = Path.GetDirectoryName(Path.GetFullPath(index))!;
        var result = new Dictionary<string, Tensor>();
        foreach (var shard in ReadIndex(index).GroupBy(entry => entry.File, entry => entry.Name))
        {
            string file = Locate(directory, shard.Key, index);
            Read(file, opened =>
            {
                foreach (string name in shard)
                {
                    if (!opened.Contains(name)) throw new TensorFormatException($"{index}: the tensor \"{name}\" is said to be in {shard.Key}, which does not have it.");
                }
                return shard;
            }, result);
        }
        return result;
    }

    private static List<(string Name, string File)> ReadIndex(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        if (stream.Length > LongestIndex) throw new TensorFormatException($"{path}: the index has {stream.Length} bytes; {LongestIndex} is the limit.");
        var entries = new List<(string, string)>();
        var names = new HashSet<string>();
        try
        {
            using var document = JsonDocument.Parse(stream);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object) throw new TensorFormatException($"{path}: the index has no weight_map.");
            foreach (var property in map.EnumerateObject())
            {
                if (!names.Add(property.Name)) throw new TensorFormatException($"{path}: the index names \"{property.Name}\" twice.");
                if (property.Value.ValueKind != JsonValueKind.String) throw new TensorFormatException($"{path}: the file of \"{property.Name}\" is not a string.");
                entries.Add((property.Name, property.Value.GetString()!));
            }
        }
        catch (JsonException e)
        {
            throw new TensorFormatException($"{path}: the index is not JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new TensorFormatException($"{path}: the index holds a string that is not valid Unicode.", e);
        }
        return entries;
    }

    private static string Locate(string directory, string name, string index)
    {
        if (name.Length is 0 or > 255 || name[0] == '.' || name.AsSpan().IndexOfAny("/\\:") >= 0 || name.Any(char.IsControl) || !name.EndsWith(".safetensors", StringComparison.Ordinal))
            throw new TensorFormatException($"{index}: \"{name}\" is not the plain name of a .safetensors file beside the index, and is refused.");
        var file = new FileInfo(Path.Combine(directory, name));
        if (!file.Exists) throw new TensorFormatException($"{index}: the file {name} is not there.");
        FileSystemInfo target;
        try
        {
            target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        }
        catch (IOException e)
        {
            throw new TensorFormatException($"{index}: the file {name} is a link that leads nowhere.", e);
        }
        if (!target.Exists) throw new TensorFormatException($"{index}: the file {name} is a link to one that is not there.");
        if (Path.GetDirectoryName(Path.GetFullPath(target.FullName)) != directory) throw new TensorFormatException($"{index}: the file {name} is a link that leads out of the directory, and is refused.");
        return file.FullName;
    }

    private static string ShardName(int index, int count) => string.Create(CultureInfo.InvariantCulture, $"model-{index + 1:D5}-of-{count:D5}.safetensors");

    private static void WriteIndex(Stream stream, List<List<(string Name, Tensor Tensor)>> shards, long total)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", total);
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        var places = shards.SelectMany((shard, i) => shard.Select(entry => (entry.Name, File: ShardName(i, shards.Count))));
        foreach (var (name, file) in places.OrderBy(place => place.Name, StringComparer.Ordinal)) json.WriteString(name, file);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
