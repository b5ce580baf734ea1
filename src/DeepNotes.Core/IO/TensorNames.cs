using System.Globalization;

namespace DeepNotes.IO;

/// <summary>
/// Finds the tensors in nested data and names each by the way that leads to it. A file of a few lines can hold lists of
/// the same lists, and so an endless number of ways: how many are followed, and how much text they make, is limited.
/// </summary>
internal sealed class TensorNames(string path)
{
    private const int DeepestNesting = 64;
    private const int MostItems = 10_000_000;
    private const int MostCharacters = 16_000_000;

    private readonly Dictionary<string, Tensor> result = [];
    private long items, characters;

    /// <summary>The tensors, their ways joined by dots.</summary>
    public Dictionary<string, Tensor> Collect(object? content)
    {
        Visit(content, "", 0);
        return result;
    }

    private void Visit(object? value, string name, int depth)
    {
        if (depth > DeepestNesting) throw new TensorFormatException($"{path}: the data is nested more than {DeepestNesting} deep.");
        switch (value)
        {
            case Tensor tensor:
                if (!result.TryAdd(name, tensor)) throw new TensorFormatException($"{path}: two tensors have the name \"{name}\".");
                break;
            case OrderedDictionary<object, object?> dictionary:
                foreach (var (key, item) in dictionary)
                {
                    if (IsFollowed(item)) Visit(item, Join(name, Convert.ToString(key, CultureInfo.InvariantCulture)!), depth + 1);
                }
                break;
            case IReadOnlyList<object?> list:
                for (int i = 0; i < list.Count; i++)
                {
                    if (IsFollowed(list[i])) Visit(list[i], Join(name, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
                }
                break;
        }
    }

    private bool IsFollowed(object? item)
    {
        if (++items > MostItems) throw new TensorFormatException($"{path}: the data has more than {MostItems} items.");
        return item is Tensor or OrderedDictionary<object, object?> or IReadOnlyList<object?>;
    }

    private string Join(string name, string next)
    {
        string joined = name.Length == 0 ? next : $"{name}.{next}";
        if ((characters += joined.Length) > MostCharacters) throw new TensorFormatException($"{path}: the names of the tensors have more than {MostCharacters} characters.");
        return joined;
    }
}
