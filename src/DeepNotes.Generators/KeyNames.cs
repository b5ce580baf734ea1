using System.Text;

namespace DeepNotes.Generators;

/// <summary>State-dict keys from member names, as PyTorch spells them.</summary>
internal static class KeyNames
{
    /// <summary>
    /// <c>Fc1</c> gives <c>fc1</c>, <c>WeightIhL0</c> <c>weight_ih_l0</c>, <c>MLPHead</c> <c>mlp_head</c>,
    /// <c>_inner</c> <c>inner</c>. A digit belongs to the word before it.
    /// </summary>
    public static string SnakeCase(string member)
    {
        string name = member.TrimStart('_');
        if (name.Length == 0) return member;
        var key = new StringBuilder(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && StartsWord(name, i)) key.Append('_');
            key.Append(char.ToLowerInvariant(name[i]));
        }
        return key.ToString();
    }

    private static bool StartsWord(string name, int i) =>
        name[i - 1] != '_' && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
}
