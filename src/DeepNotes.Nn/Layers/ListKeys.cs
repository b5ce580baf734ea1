using System.Globalization;

namespace DeepNotes.Nn;

/// <summary>The keys of modules that are held by position.</summary>
internal static class ListKeys
{
    public static string At(int index) => index.ToString(CultureInfo.InvariantCulture);
}
