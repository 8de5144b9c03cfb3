import { createHash } from 'node:crypto';
import { toDer } from '../../devices/x509';

/** The school's root as a configuration profile: the one form an iPad installs by hand (Apple: com.apple.security.root). */
export function appleProfile(rootPem: string): string {
  const der = toDer(rootPem);
  const uuid = (salt: string): string => {
    const hex = createHash('sha256').update(salt).update(der).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadContent</key><array><dict>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>fr.preau.ecole.racine</string>
<key>PayloadUUID</key><string>${uuid('root')}</string>
<key>PayloadDisplayName</key><string>Préau, certificat de l’école</string>
<key>PayloadCertificateFileName</key><string>ecole.crt</string>
<key>PayloadContent</key><data>${der.toString('base64')}</data>
</dict></array>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>fr.preau.ecole</string>
<key>PayloadUUID</key><string>${uuid('profile')}</string>
<key>PayloadDisplayName</key><string>Préau, cette école</string>
<key>PayloadDescription</key><string>Permet à cette tablette d’entrer en classe. N’ouvre aucun autre site.</string>
</dict></plist>
`;
}
