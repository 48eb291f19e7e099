//! Words that say nothing of anybody, in the six languages of the policies that ship: what forms, accounts and calendars are
//! labelled with, and the commonest words of four letters and more.

const COMMON: &str = " about account accounts address after again agree also amount available back balance bank been before birth business button call \
cancel card change check choose city close company confirm contact continue country credit current customer daily date dear debit \
delete details done edit email enter error euro family female first form free friend from full good group have hello help here home \
house insurance into invoice language last like loan mail main male message mobile money month monthly more mortgage name next none \
number open option order other overview password payment payments person phone please private profile save savings search select \
send settings shop sign state status street submit sum test text thank thanks that their them then there these they this time title \
today total transaction transactions transfer transfers travel type unknown update user value view week weekly welcome when which \
will with work world year yearly your zip \
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november \
december \
aan adres alle andere annuleren bedrag bedrijf beschikbaar betaalrekening betalen betaling betalingen bevestigen betreft datum deze \
doorgaan één email geboortedatum geen gegevens gemeente goed heeft huis hulp instellingen invoeren jaar kaart kies klant land lening \
maand maandelijks meer melding mijn naam niet nieuw nummer omschrijving onbekend ontvanger opslaan overboeken overboeking overig \
overzicht onze plaats postcode rekening rekeningen rekeningnummer saldo sluiten spaarrekening sparen straat telefoon terug totaal \
vandaag verder versturen verwijderen volgende voornaam achternaam voor vorige wachtwoord welkom wijzigen woonplaats zakelijk zijn zoeken \
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart juni juli augustus oktober \
abbrechen adresse aktuell alle andere auswählen beruf betrag bitte dein diese einen empfänger fertig firma frau geburtsdatum gesamt \
guten haben hallo hause herr hilfe ihre jahr jährlich kein keine konto konten kontonummer kontostand kredit kunde löschen menü monat \
monatlich mehr nachname name nein nicht nummer oder öffnen passwort senden sparen speichern stadt straße strasse suchen summe telefon \
überweisen überweisung umsatz umsätze unbekannt unser verfügbar vorname weiter willkommen woche zahlen zahlung zurück \
montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz juni juli oktober dezember \
accueil adresse aide ajouter annuler année aucun autre avec bonjour carte choisir client code compte comptes confirmer crédit dans \
date déconnexion devise disponible enregistrer envoyer épargne euros facture fermer femme homme identifiant inconnu jour langue madame \
mensuel merci mois monsieur montant naissance nombre notre numéro ouvrir paiement paiements pays prénom prêt profil rechercher retour \
solde suivant supprimer téléphone total tous toutes utilisateur valider virement virements ville vous votre \
lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril juin juillet août septembre octobre novembre décembre \
aceptar aceptar ahorro ahorros ajustes apellido apellidos atrás ayuda buscar cambiar cancelar ciudad cliente código como confirmar \
correo cuenta cuentas desconocido dirección disponible dinero enviar eliminar empresa está este fecha guardar hola hombre importe \
inicio mensaje mujer nacimiento ninguno nombre nosotros nuestro número otro otra pago pagos país para préstamo saldo seguir siguiente \
tarjeta teléfono todos transferencia transferencias usuario \
lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre \
diciembre \
accetta aiuto altro anno annulla avanti azienda bonifico bonifici carta cerca chiudi ciao città cliente codice cognome come conferma \
conto conti continua data della disponibile elimina euro fattura grazie importo indietro indirizzo invia lingua maschio femmina mese \
mensile messaggio modifica nascita nessuno nome nostro numero paese pagamento pagamenti prestito profilo questo risparmio salva saldo \
sconosciuto scegli telefono totale tutti utente valuta vostro \
lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre \
novembre dicembre ";

/// Whether a word in small letters is one of them.
pub(super) fn is_common(word: &str) -> bool {
    protocol::find::find(COMMON.as_bytes(), format!(" {word} ").as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words() {
        for (word, expected) in [
            ("monday", true),
            ("über", false),
            ("überweisung", true),
            ("mond", false),
            ("anna", false),
            ("december", true),
            ("about", true),
        ] {
            assert_eq!(is_common(word), expected, "{word}");
        }
    }
}
