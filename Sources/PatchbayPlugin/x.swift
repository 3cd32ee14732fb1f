/// x
public enum Placeholder {}
