namespace DeepNotes.Tests;

/// <summary>Public data sets that lie beside the repository, where there are any.</summary>
internal static class SharedData
{
    /// <summary>A directory of <c>../shared/data</c>, or of what <c>DEEPNOTES_DATA</c> names; skips the test where there is none.</summary>
    public static string Require(string name)
    {
        if (Environment.GetEnvironmentVariable("DEEPNOTES_DATA") is { Length: > 0 } root)
        {
            string path = Path.Combine(root, name);
            return Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"DEEPNOTES_DATA is set, but '{path}' is not there.");
        }

        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            string path = Path.Combine(above.FullName, "..", "shared", "data", name);
            if (File.Exists(Path.Combine(above.FullName, "DeepNotes.sln")) && Directory.Exists(path)) return path;
        }

        Assert.Skip($"Needs ../shared/data/{name}.");
        throw new InvalidOperationException("not reached");
    }
}
